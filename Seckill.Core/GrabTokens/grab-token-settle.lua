-- grab-token-settle.lua: ends an attempt with a single-use token: the token is used, or given back.
-- KEYS[1] claim   string  see grab-token-claim.lua
-- ARGV[1] claimant   ARGV[2] orderId, the order won or held; empty = none   ARGV[3] usedMs, how long the use is remembered; 0 = nothing was decided, the token is good again
-- Returns 1 when it was written, 0 when the claim is another attempt's by now, or was settled before.
-- Cost O(1). Safe to resend.
local claim = KEYS[1]
local claimant, orderId, usedMs = ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('GET', claim)
if held and held ~= '?' .. claimant then
  return 0
end
if usedMs == '0' then
  return redis.call('DEL', claim)
end
-- Also when the lease has run out in the meantime: what was decided was decided.
redis.call('SET', claim, '=' .. orderId, 'PX', usedMs)
return 1
