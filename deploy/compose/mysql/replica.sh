# Read by the image's entrypoint once, on an empty data directory: from here on this server repeats what the primary does, its users included.
replication_password=$(cat "${REPLICATION_PASSWORD_FILE:?}")
docker_process_sql --database=mysql <<SQL
-- What the preparation of this directory has written is no part of the primary's history.
RESET BINARY LOGS AND GTIDS;
CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'mysql-primary', SOURCE_USER = 'replication', SOURCE_PASSWORD = '$replication_password', SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1,
  SOURCE_CONNECT_RETRY = 5, SOURCE_HEARTBEAT_PERIOD = 5;
START REPLICA;
-- Kept across restarts; not in my.cnf, for it would refuse the preparation itself. A failover sets it OFF.
SET PERSIST super_read_only = ON;
SQL
unset replication_password
