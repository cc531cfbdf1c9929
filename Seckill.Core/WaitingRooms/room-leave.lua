-- room-leave.lua: gives a place in a sale's waiting room back, at once or unless its page is heard of again.
-- KEYS[1] room   KEYS[2] waiting   KEYS[3] admitted   KEYS[4] deadlines        see room-visit.lua
-- ARGV[1] userId   ARGV[2] ticketEpoch   ARGV[3] ticketPlace   ARGV[4] graceMs   0 = the user leaves; else the page was closed, and may be loading again, or open in another tab
-- Returns 1 when the place is given back or about to be, 0 when the user has it no more. A closed page does not end an admission: the buyer may be on the way to the grab.
-- Cost O(log n). Safe to resend.
local room, waiting, admitted, deadlines = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local userId, ticketEpoch, ticketPlace, graceMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

if redis.call('HGET', room, 'epoch') ~= ticketEpoch then
  return 0
end
local place = tonumber(redis.call('ZSCORE', waiting, userId) or 0)
if graceMs > 0 then
  if place ~= ticketPlace then
    return 0
  end
  local time = redis.call('TIME')
  redis.call('ZADD', deadlines, math.floor((time[1] * 1000000 + time[2]) / 1000) + graceMs, userId)
  return 1
end
if place == 0 then
  place = tonumber(redis.call('ZSCORE', admitted, userId) or 0)
end
if place ~= ticketPlace then
  return 0
end
redis.call('ZREM', waiting, userId)
redis.call('ZREM', admitted, userId)
redis.call('ZREM', deadlines, userId)
return 1
