-- presence-write.lua: a hub node says that it lives, and how many it has. Nodes whose lease is over are taken out on the way.
-- KEYS[1] nodes  hash  hub node -> leaseEndsAtMs     KEYS[2] figures  hash  hub node -> what it said     (both share a hash tag)
-- ARGV[1] node   ARGV[2] leaseMs   ARGV[3] text
-- Returns how many nodes live. Cost O(nodes). Safe to resend.
local nodes, figures = KEYS[1], KEYS[2]
local node, leaseMs, text = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local clock = redis.call('TIME')
local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
redis.call('HSET', nodes, node, nowMs + leaseMs)
redis.call('HSET', figures, node, text)

local living = 0
local leases = redis.call('HGETALL', nodes)
for i = 1, #leases, 2 do
  if tonumber(leases[i + 1]) <= nowMs then
    redis.call('HDEL', nodes, leases[i])
    redis.call('HDEL', figures, leases[i])
  else
    living = living + 1
  end
end
-- Everybody's lease is as long: the last one's end is the key's.
redis.call('PEXPIRE', nodes, leaseMs)
redis.call('PEXPIRE', figures, leaseMs)
return living
