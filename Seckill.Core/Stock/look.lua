-- look.lua: what a bucket is now, whole and at one moment, and which life of which server says so.
-- KEYS[1] stock   string  units left
-- KEYS[2] outbox  stream  packed winners that await Kafka
-- KEYS[3] meta    hash    epoch, version, total, limit; fence, fencedAt while the bucket is being recovered
-- KEYS[4] testimony  hash  winners whom nodes testify to after a loss
-- Returns { runId, epoch, version, total, limit, left, fence, fencedAt, outboxLength, testimony }; what is missing is -1. Writes nothing.
-- Cost O(1).
local stock, outbox, meta, testimony = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local runId = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local life = redis.call('HMGET', meta, 'epoch', 'version', 'total', 'limit', 'fence', 'fencedAt')
local function number(text)
  return tonumber(text) or -1
end
return {
  runId, number(life[1]), number(life[2]), number(life[3]), number(life[4]), number(redis.call('GET', stock)), number(life[5]), number(life[6]),
  redis.call('XLEN', outbox), redis.call('HLEN', testimony),
}
