-- Into how many stock buckets an item's units are split (docs/segmented-stock.md). 1: not at all.
ALTER TABLE sale_items ADD COLUMN buckets INT NOT NULL DEFAULT 1;
-- Each bucket of a segmented item is watched on its own, and so is the pool (-1) on which they draw.
ALTER TABLE bucket_watch ADD COLUMN bucket INT NOT NULL DEFAULT 0, DROP PRIMARY KEY, ADD PRIMARY KEY (sale_id, sku_id, bucket);
