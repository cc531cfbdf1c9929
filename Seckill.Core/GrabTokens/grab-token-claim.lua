-- grab-token-claim.lua: takes a single-use token for one attempt to grab.
-- KEYS[1] claim   string  "?claimant" while an attempt is under way; "=orderId" or "=" once one was decided. Expires.
-- ARGV[1] claimant, the order id of this attempt, one per attempt   ARGV[2] leaseMs
-- Returns { answer, orderId }; the order id is that of the attempt under way, or the one that was won or held; it may be empty.
-- answer (GrabClaimAnswer):   1 Taken   2 UnderWay   3 Used
-- Cost O(1). Safe to resend: the same claimant is given the token again.
local claim = KEYS[1]
local claimant, leaseMs = ARGV[1], ARGV[2]

local held = redis.call('GET', claim)
if held and held ~= '?' .. claimant then
  local orderId = string.sub(held, 2)
  if string.sub(held, 1, 1) == '?' then
    return { 2, orderId }
  end
  return { 3, orderId }
end

redis.call('SET', claim, '?' .. claimant, 'PX', leaseMs)
return { 1, '' }
