-- The highest fencing token that has written under each lock: a holder that was overtaken is refused in the transaction that it tries.
CREATE TABLE fences (
  resource  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  token     BIGINT      NOT NULL
) ENGINE = InnoDB;
