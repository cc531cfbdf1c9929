-- The catalog: what is sold, when, and to whom. Runs on MySQL 8 and MariaDB 10.11 alike. All times are UTC, to the millisecond.
CREATE TABLE sales (
  sale_id     BIGINT       NOT NULL PRIMARY KEY,
  name        VARCHAR(200) NOT NULL,
  starts_at   DATETIME(3)  NOT NULL,
  ends_at     DATETIME(3)  NOT NULL,
  state       VARCHAR(16)  NOT NULL DEFAULT 'scheduled',  -- scheduled (the window rules) | open (opened by hand) | closed (closed by hand)
  restricted  TINYINT      NOT NULL DEFAULT 0,            -- 1: only users in sale_eligibility may grab
  version     BIGINT       NOT NULL DEFAULT 1,            -- raised by every change
  created_at  DATETIME(3)  NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE sale_items (
  sale_id         BIGINT         NOT NULL,
  sku_id          VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position        INT            NOT NULL,
  name            VARCHAR(200)   NOT NULL,
  price           DECIMAL(12, 2) NOT NULL,
  stock           INT            NOT NULL,
  per_user_limit  INT            NOT NULL DEFAULT 1,
  PRIMARY KEY (sale_id, sku_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE sale_eligibility (
  sale_id  BIGINT      NOT NULL,
  user_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (sale_id, user_id)
) ENGINE = InnoDB;
