-- When an order took each step on its way (docs/telemetry.md). What other places know is not kept a second time: the order id holds the moment of acceptance, the mailbox that of the push.
-- steps: 'decidedMs takenMs producedMs receivedMs[ traceId]', Unix ms, 0 for what is not known; NULL once Seckill:OrderTimeline:Retention is over, and for orders that came from elsewhere.
ALTER TABLE orders_0 ADD COLUMN steps VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE orders_1 ADD COLUMN steps VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE orders_2 ADD COLUMN steps VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE orders_3 ADD COLUMN steps VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NULL;
-- When the transaction of an intake batch was committed: no row of its own can say so, and one line serves hundreds of orders.
CREATE TABLE intake_batches (
  intake_id    BINARY(16)  NOT NULL PRIMARY KEY,  -- orders_N.intake_id
  committed_at DATETIME(3) NOT NULL,
  KEY by_time (committed_at)
) ENGINE = InnoDB;
