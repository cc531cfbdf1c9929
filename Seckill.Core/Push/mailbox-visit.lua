-- mailbox-visit.lua: where the mailbox stands, and optionally the lease that tells appenders that this hub node has the user.
-- KEYS[1] mailbox  hash  epoch, seq     KEYS[2] nodes  hash  hub node -> leaseEndsAtMs     KEYS[3] sessions  hash  hub node -> what it has of the user, for operators
-- ARGV[1] node   ARGV[2] leaseMs, 0 to leave the lease and the sessions as they are   ARGV[3] text, the node's sessions; looked at only with a lease
-- Returns { epoch, head, leased }; epoch is '' and head 0 when there is no mailbox; leased is 0 when the node has no lease, so that appenders do not wake it.
-- Cost O(1), with a lease O(nodes of the user). Safe to resend.
local mailbox, nodes, sessions = KEYS[1], KEYS[2], KEYS[3]
local node, leaseMs, text = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local leased = 1
if leaseMs > 0 then
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
else
  leased = redis.call('HEXISTS', nodes, node)
end

local state = redis.call('HMGET', mailbox, 'epoch', 'seq')
return { state[1] or '', tonumber(state[2]) or 0, leased }
