-- 1: warm-up has begun, and the sale's items are what they are. 0: they may still be changed. Sales made before this column, and by an Api that does not know it, are warmed up as they are made.
ALTER TABLE sales ADD COLUMN items_fixed TINYINT NOT NULL DEFAULT 1;
