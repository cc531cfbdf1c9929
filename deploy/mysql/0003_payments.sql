-- Payments, deadlines, and what must follow a change of an order. Runs on MySQL 8 and MariaDB 10.11 alike. All times are UTC, to the millisecond.
-- bucket: index of the stock bucket that gave the unit, which is where it goes back to. pay_by: until when the order can be paid; NULL for a failed one.
ALTER TABLE orders_0 ADD COLUMN bucket INT NOT NULL DEFAULT 0, ADD COLUMN pay_by DATETIME(3) NULL, ADD KEY unpaid (status, pay_by);
ALTER TABLE orders_1 ADD COLUMN bucket INT NOT NULL DEFAULT 0, ADD COLUMN pay_by DATETIME(3) NULL, ADD KEY unpaid (status, pay_by);
ALTER TABLE orders_2 ADD COLUMN bucket INT NOT NULL DEFAULT 0, ADD COLUMN pay_by DATETIME(3) NULL, ADD KEY unpaid (status, pay_by);
ALTER TABLE orders_3 ADD COLUMN bucket INT NOT NULL DEFAULT 0, ADD COLUMN pay_by DATETIME(3) NULL, ADD KEY unpaid (status, pay_by);

-- Orders from before there were deadlines get one: a quarter of an hour from now on, so that nobody is cancelled by an upgrade.
UPDATE orders_0 SET pay_by = UTC_TIMESTAMP(3) + INTERVAL 15 MINUTE WHERE status = 'pending-payment' AND pay_by IS NULL;
UPDATE orders_1 SET pay_by = UTC_TIMESTAMP(3) + INTERVAL 15 MINUTE WHERE status = 'pending-payment' AND pay_by IS NULL;
UPDATE orders_2 SET pay_by = UTC_TIMESTAMP(3) + INTERVAL 15 MINUTE WHERE status = 'pending-payment' AND pay_by IS NULL;
UPDATE orders_3 SET pay_by = UTC_TIMESTAMP(3) + INTERVAL 15 MINUTE WHERE status = 'pending-payment' AND pay_by IS NULL;

-- A view keeps the columns it was made with.
CREATE OR REPLACE VIEW orders AS
  SELECT * FROM orders_0 UNION ALL SELECT * FROM orders_1 UNION ALL SELECT * FROM orders_2 UNION ALL SELECT * FROM orders_3;

-- What must follow a change of an order, written by the transaction that changes it and deleted when it is done. One table, for rows live for milliseconds.
CREATE TABLE order_outbox (
  seq         BIGINT         NOT NULL AUTO_INCREMENT PRIMARY KEY,
  work        VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- settle (give the unit back, tell the buyer) | event (to Kafka)
  order_id    BIGINT         NOT NULL,
  sale_id     BIGINT         NOT NULL,
  sku_id      VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bucket      INT            NOT NULL,
  user_id     VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  price       DECIMAL(12, 2) NOT NULL,
  status      VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- what the order became
  reason      VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,
  changed_at  DATETIME(3)    NOT NULL,
  KEY by_work (work, seq)
) ENGINE = InnoDB;

-- One row per attempt to pay. One table, not sharded as orders are: a payment is begun by a person who has won a unit, so there are as many as units sold, and the saga
-- looks for due ones over all users. The id carries the user's shard, should the table be split one day.
CREATE TABLE payments (
  payment_id       BIGINT         NOT NULL PRIMARY KEY,   -- also the idempotency key towards the gateway
  order_id         BIGINT         NOT NULL,
  user_id          VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount           DECIMAL(12, 2) NOT NULL,
  state            VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
                                  -- created | authorizing | captured | confirmed | declined | failed | refunding | refunded
  active           TINYINT        NULL,       -- 1 while money is on its way or taken for good; NULL once the attempt is over: at most one active per order
  reason           VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,  -- why declined, failed or refunded
  idempotency_key  VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- the buyer's
  gateway_ref      VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,      -- the gateway's own name of the charge
  sandbox          VARCHAR(200)   CHARACTER SET ascii COLLATE ascii_bin NULL,      -- wishes to the sandbox gateway, Development only
  attempts         INT            NOT NULL DEFAULT 0,  -- steps tried in the present state
  next_attempt_at  DATETIME(3)    NULL,                -- when the saga looks at it again; NULL: nothing is left to do
  created_at       DATETIME(3)    NOT NULL,
  updated_at       DATETIME(3)    NOT NULL,
  UNIQUE KEY one_per_key (user_id, idempotency_key),
  UNIQUE KEY one_active (order_id, active),
  KEY due (next_attempt_at)
) ENGINE = InnoDB;

-- Ids of gateway events that have been taken: a signed callback counts once, however often its bytes arrive.
CREATE TABLE payment_events (
  event_id     VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  payment_id   BIGINT       NOT NULL,
  received_at  DATETIME(3)  NOT NULL,
  KEY by_time (received_at)
) ENGINE = InnoDB;

-- The sandbox gateway's own books. It stands for a company outside: nothing else reads them.
CREATE TABLE sandbox_charges (
  payment_id   BIGINT         NOT NULL PRIMARY KEY,
  reference    VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount       DECIMAL(12, 2) NOT NULL,
  state        VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- charging | captured | declined | refunding | refunded
  declines     TINYINT        NOT NULL,   -- 1: will be declined
  latency_ms   INT            NOT NULL,   -- how long a decision takes
  copies       INT            NOT NULL,   -- callbacks per decision: 0 lost, 1 as it should be, 2 duplicated
  decide_at    DATETIME(3)    NULL,       -- when the charge or refund is decided
  callback_at  DATETIME(3)    NULL,       -- when its callback is (next) sent
  callbacks    INT            NOT NULL DEFAULT 0,  -- attempts to deliver it
  KEY deciding (decide_at),
  KEY calling (callback_at)
) ENGINE = InnoDB;
