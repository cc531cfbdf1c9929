-- What the runs of reconciliation found; the newest of each sale are kept.
CREATE TABLE reconciliation_reports (
  report_id      BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sale_id        BIGINT      NOT NULL,
  cause          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- schedule | close | command
  at             DATETIME(3) NOT NULL,
  conclusive     TINYINT     NOT NULL,   -- 1: nothing was under way, everything was compared
  findings       INT         NOT NULL,
  open_findings  INT         NOT NULL,   -- of those, not repaired
  report         MEDIUMTEXT  NOT NULL,   -- JSON
  KEY by_sale (sale_id, report_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
