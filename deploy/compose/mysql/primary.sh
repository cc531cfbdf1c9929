# Read by the image's entrypoint once, on an empty data directory: the engine's user and database, and the replica's user.
seckill_password=$(cat "${SECKILL_PASSWORD_FILE:?}")
replication_password=$(cat "${REPLICATION_PASSWORD_FILE:?}")
docker_process_sql --database=mysql <<SQL
CREATE DATABASE IF NOT EXISTS seckill CHARACTER SET utf8mb4;
-- As many databases as orders are ever spread over: all named so.
CREATE USER 'seckill'@'%' IDENTIFIED BY '$seckill_password' REQUIRE SSL;
GRANT ALL ON \`seckill%\`.* TO 'seckill'@'%';
CREATE USER 'replication'@'%' IDENTIFIED BY '$replication_password' REQUIRE SSL;
GRANT REPLICATION SLAVE ON *.* TO 'replication'@'%';
SQL
unset seckill_password replication_password
