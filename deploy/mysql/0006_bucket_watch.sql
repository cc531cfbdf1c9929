-- What the Workers last saw of each stock bucket in Redis, so that also a Worker that starts after a failover can tell that Redis is not what it was.
CREATE TABLE bucket_watch (
  sale_id  BIGINT      NOT NULL,
  sku_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  run_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- which life of which server held the bucket when it was last known to be whole
  epoch    BIGINT      NOT NULL,
  version  BIGINT      NOT NULL,             -- highest version seen in that epoch
  seen_at  DATETIME(3) NOT NULL,
  PRIMARY KEY (sale_id, sku_id)
) ENGINE = InnoDB;
