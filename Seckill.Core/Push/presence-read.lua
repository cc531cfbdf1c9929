-- presence-read.lua: what the nodes that live have said: all of the hub's, or those that have one user.
-- KEYS[1] nodes  hash  hub node -> leaseEndsAtMs     KEYS[2] figures  hash  hub node -> what it said; for one user, of his sessions
-- Returns { node, text, node, text, ... }: only nodes whose lease stands. Cost O(nodes). Writes nothing.
local nodes, figures = KEYS[1], KEYS[2]

local clock = redis.call('TIME')
local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local found = {}
local leases = redis.call('HGETALL', nodes)
for i = 1, #leases, 2 do
  if tonumber(leases[i + 1]) > nowMs then
    local text = redis.call('HGET', figures, leases[i])
    if text then
      found[#found + 1] = leases[i]
      found[#found + 1] = text
    end
  end
end
return found
