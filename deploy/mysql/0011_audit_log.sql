-- What operators did, and what they were refused. Entries are added and, when they are old, taken out; nothing updates one: the application's user needs no UPDATE here. Times are UTC, to the millisecond.
CREATE TABLE audit_log (
  audit_id     BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at           DATETIME(3)  NOT NULL,
  who          VARCHAR(64)  NOT NULL,  -- the token's user, or the name given to a command
  role         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- viewer | operator | admin | buyer (refused) | shell (a command)
  action       VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- sale.open, …; access.refused
  target       VARCHAR(128) NOT NULL,  -- sale/4711, …
  before_json  TEXT         NULL,
  after_json   TEXT         NULL,
  address      VARCHAR(64)  NULL,
  KEY by_time (at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
