-- mailbox-visit.lua: where the mailbox stands, and the lease that tells appenders that this hub node has the user.
-- KEYS[1] mailbox  hash  epoch, seq     KEYS[2] nodes  hash  hub node -> leaseEndsAtMs     KEYS[3] sessions  hash  hub node -> what it has of the user, for operators
-- ARGV[1] node   ARGV[2] leaseMs   ARGV[3] text, the node's sessions
-- Returns { epoch, head }; epoch is '' and head 0 when there is no mailbox.
-- Cost O(nodes of the user). Safe to resend.
local mailbox, nodes, sessions = KEYS[1], KEYS[2], KEYS[3]
local node, leaseMs, text = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local clock = redis.call('TIME')
local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
redis.call('HSET', nodes, node, nowMs + leaseMs)
redis.call('HSET', sessions, node, text)
-- A node that died leaves its sessions behind: they go when its lease is gone, whoever took that out.
for _, other in ipairs(redis.call('HKEYS', sessions)) do
  local endsAtMs = redis.call('HGET', nodes, other)
  if not endsAtMs or tonumber(endsAtMs) <= nowMs then
    redis.call('HDEL', nodes, other)
    redis.call('HDEL', sessions, other)
  end
end
redis.call('PEXPIRE', nodes, leaseMs)
redis.call('PEXPIRE', sessions, leaseMs)

local state = redis.call('HMGET', mailbox, 'epoch', 'seq')
return { state[1] or '', tonumber(state[2]) or 0 }
