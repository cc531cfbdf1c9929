#!/bin/bash
# Makes the engine's topics where they are missing, and gives those that are there their settings. Safe to repeat. Held against Seckill.Core/Messaging/KafkaTopics.cs by a test; the Worker compares the
# cluster with it at start and is not ready while they differ. Partitions of a topic that exists are never changed here: that moves keys, and a person should mean it.
set -euo pipefail
bootstrap=${KAFKA_BOOTSTRAP:?brokers, host:port,host:port}
bin=${KAFKA_BIN:-/opt/kafka/bin}
copies=3
in_sync=2

# topic NAME PARTITIONS DAYS
topic() {
  local settings=(cleanup.policy=delete "min.insync.replicas=$in_sync" "retention.ms=$(($3 * 24 * 60 * 60 * 1000))")
  "$bin/kafka-topics.sh" --bootstrap-server "$bootstrap" --create --if-not-exists --topic "$1" --partitions "$2" --replication-factor "$copies" "${settings[@]/#/--config=}"
  local IFS=,
  "$bin/kafka-configs.sh" --bootstrap-server "$bootstrap" --alter --entity-type topics --entity-name "$1" --add-config "${settings[*]}"
}

topic seckill.reservations  12 7
topic seckill.order-events  12 7
topic seckill.push          12 7
topic seckill.retry.1s       6 7
topic seckill.retry.5s       6 7
topic seckill.retry.30s      6 7
topic seckill.deadline.10s   6 7
topic seckill.deadline.1m    6 7
topic seckill.deadline.5m    6 7
topic seckill.deadline.15m   6 7
topic seckill.deadline.30m   6 7
topic seckill.dead-letters   3 30
topic seckill.unroutable     3 30
