-- single-grab.lua: decides one grab and writes the winner to the outbox. The rival of grab.lua, which decides a batch.
-- KEYS[1] stock string   KEYS[2] buyers hash user -> order   KEYS[3] outbox stream
-- ARGV[1] userId   ARGV[2] orderId   ARGV[3] nowMs
-- Returns 1 reserved   2 already grabbed   3 sold out
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then
  return 2
end
if tonumber(redis.call('GET', KEYS[1]) or '0') < 1 then
  return 3
end
redis.call('DECR', KEYS[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('XADD', KEYS[3], '*', 'order', ARGV[2], 'user', ARGV[1], 'at', ARGV[3])
return 1
