-- mailbox-look.lua: where the mailboxes of several users stand, and whether appenders know that a hub node has each of them.
-- KEYS[1..] mailbox, nodes   two for each user; on a cluster all users of a call share one slot:
--   mailbox  hash  epoch, seq        nodes  hash  hub node -> leaseEndsAtMs
-- ARGV[1] node
-- Returns { epoch, head, leased, epoch, head, leased, ... } in the order given; epoch is '' and head 0 when there is no mailbox; leased is 0 when the node has no lease, so that
--   appenders do not wake it. A user whose keys are no such hashes has epoch '' and head -1, and holds up no other.
-- Cost O(users). Writes nothing.
local node = ARGV[1]

local answer = {}
for first = 1, #KEYS, 2 do
  local mailbox, nodes = KEYS[first], KEYS[first + 1]
  local state, leased = redis.pcall('HMGET', mailbox, 'epoch', 'seq'), redis.pcall('HEXISTS', nodes, node)
  if state.err or type(leased) == 'table' then
    state, leased = { '', -1 }, 0
  end
  answer[#answer + 1] = state[1] or ''
  answer[#answer + 1] = tonumber(state[2]) or 0
  answer[#answer + 1] = leased
end
return answer
