-- Messages that no retry could mend, and those that nobody can read: filled by the Worker from seckill.dead-letters and seckill.unroutable, decided by operators. All times are UTC, to the millisecond.
CREATE TABLE dead_letters (
  letter_id        BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fingerprint      BINARY(32)   NOT NULL,  -- SHA-256 of topic, origin and value: a message that was put aside twice is one letter
  topic            VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- dead-letters | unroutable
  status           VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- open | replaying (the Worker carries it out) | replayed | discarded
  type             VARCHAR(128) NOT NULL,
  cause            VARCHAR(64)  NOT NULL,  -- a permanent text; unroutable for those
  error            TEXT         NOT NULL,
  stack            TEXT         NULL,
  trace            VARCHAR(128) NULL,      -- W3C traceparent of whoever produced it
  attempt          INT          NOT NULL,
  origin           VARCHAR(255) NOT NULL,  -- topic/partition/offset where it stood first
  sale_id          BIGINT       NULL,
  sku_id           VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  user_id          VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  order_id         BIGINT       NULL,
  first_failed_at  DATETIME(3)  NULL,
  failed_at        DATETIME(3)  NOT NULL,
  message_key      BLOB         NULL,
  message_value    MEDIUMBLOB   NOT NULL,
  headers          MEDIUMTEXT   NOT NULL,  -- JSON: those that the message had before it was put aside
  note             VARCHAR(255) NULL,      -- why the last replay came to nothing
  UNIQUE KEY once (fingerprint),
  KEY by_status (status, letter_id),
  KEY by_order (order_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Who decided what, and what came of it: never changed but for the result.
CREATE TABLE dead_letter_decisions (
  decision_id  BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  letter_id    BIGINT       NOT NULL,
  action       VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- replay | discard
  decided_by   VARCHAR(64)  NOT NULL,
  decided_at   DATETIME(3)  NOT NULL,
  result       VARCHAR(255) NULL,          -- NULL while a replay is under way
  KEY by_letter (letter_id, decision_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
