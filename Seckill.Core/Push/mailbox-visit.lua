-- mailbox-visit.lua: where the mailbox stands, and optionally the lease that tells appenders that this hub node has the user.
-- KEYS[1] mailbox  hash  epoch, seq     KEYS[2] nodes  hash  hub node -> leaseEndsAtMs
-- ARGV[1] node   ARGV[2] leaseMs, 0 to leave the lease as it is
-- Returns { epoch, head }; { '', 0 } when there is no mailbox. Cost O(1). Safe to resend.
local mailbox, nodes = KEYS[1], KEYS[2]
local node, leaseMs = ARGV[1], tonumber(ARGV[2])

if leaseMs > 0 then
  local clock = redis.call('TIME')
  local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
  redis.call('HSET', nodes, node, nowMs + leaseMs)
  redis.call('PEXPIRE', nodes, leaseMs)
end

local state = redis.call('HMGET', mailbox, 'epoch', 'seq')
return { state[1] or '', tonumber(state[2]) or 0 }
