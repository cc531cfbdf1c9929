-- Orders, four tables by the user's shard (shard % 4; the order id carries the shard), and the guard that no oversell can pass.
-- stock_guard is written with the sale: units = the SKU's stock, sold = 0, epoch = 1.
CREATE TABLE stock_guard (
  sale_id  BIGINT      NOT NULL,
  sku_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  units    INT         NOT NULL,            -- units offered
  sold     INT         NOT NULL DEFAULT 0,  -- active orders (pending-payment or paid); only the order transactions change it
  warmed_at DATETIME(3) NULL,               -- when the Redis bucket was created; from then on a missing bucket is a loss, not a beginning
  epoch    BIGINT      NOT NULL DEFAULT 1,  -- raised when the Redis bucket is rebuilt; reservations of an older epoch are judged anew
  PRIMARY KEY (sale_id, sku_id),
  CHECK (sold >= 0 AND sold <= units)
) ENGINE = InnoDB;

CREATE TABLE orders_0 (
  order_id     BIGINT         NOT NULL PRIMARY KEY,
  sale_id      BIGINT         NOT NULL,
  sku_id       VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id      VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  slot         INT            NULL,      -- 0 .. per_user_limit-1 while active; NULL once cancelled or failed, which frees the slot
  price        DECIMAL(12, 2) NOT NULL,
  status       VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- pending-payment | paid | cancelled | failed
  reason       VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,      -- why cancelled or failed
  epoch        BIGINT         NOT NULL,
  intake_id    BINARY(16)     NOT NULL,  -- the intake batch that inserted the row: tells a new row from one that stood already
  reserved_at  DATETIME(3)    NOT NULL,
  created_at   DATETIME(3)    NOT NULL,
  updated_at   DATETIME(3)    NOT NULL,
  UNIQUE KEY one_per_slot (sale_id, sku_id, user_id, slot),
  KEY by_user (user_id, order_id)
) ENGINE = InnoDB;
CREATE TABLE orders_1 LIKE orders_0;
CREATE TABLE orders_2 LIKE orders_0;
CREATE TABLE orders_3 LIKE orders_0;

-- For people and audits; the engine itself always knows its table.
CREATE VIEW orders AS
  SELECT * FROM orders_0 UNION ALL SELECT * FROM orders_1 UNION ALL SELECT * FROM orders_2 UNION ALL SELECT * FROM orders_3;
