-- sliding-window.lua: counts one grab in a window that slides over all nodes, unless it is refused.
-- KEYS[1] window   hash   number -> of the fixed window that current is of; current, previous -> grabs counted in it and in the one before
-- ARGV[1] limit      grabs in a window, a whole number from 1 to 1,000,000
-- ARGV[2] windowUs   length in us, a whole number from 1,000 to 3,600,000,000
-- Returns waitUs: 0 = counted, go on; else refused and not counted, and the us until another one would be counted
-- Two fixed windows stand for the sliding one: previous counts by the share of it that is still covered. Three numbers instead of a time per grab, and the same estimate
-- as a node's own window. At most limit in a fixed window, so fewer than twice the limit in any stretch of that length.
-- By this server's clock. Set back: counted anew, so that nobody is shut out until the clock has caught up. The key expires two windows after its last grab.
-- Cost O(1). Sent again after a time-out it counts again.
local window = KEYS[1]
local limit, windowUs = tonumber(ARGV[1]), tonumber(ARGV[2])

local function fits(number, least, most)
  return number and number >= least and number <= most and number == math.floor(number)
end
if not (fits(limit, 1, 1000000) and fits(windowUs, 1000, 3600000000)) then
  return redis.error_reply('ERR sliding-window.lua takes a limit from 1 to 1000000 and a window from 1000 to 3600000000 us')
end

-- 1. Which window is this, and what was counted in it and before it?
local time = redis.call('TIME')
local nowUs = time[1] * 1000000 + time[2]
local number = math.floor(nowUs / windowUs)
local passedUs = nowUs - number * windowUs
local kept = redis.call('HMGET', window, 'number', 'current', 'previous')
local current, previous = 0, 0
if tonumber(kept[1]) == number then
  current, previous = tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
elseif tonumber(kept[1]) == number - 1 then
  previous = tonumber(kept[2]) or 0
end

-- 2. previous * (share still covered) + current + 1 > limit, without a fraction: the products stay below 2^53.
if previous * (windowUs - passedUs) + (current + 1) * windowUs > limit * windowUs then
  local room = limit - 1 - current
  if room >= 0 then
    return math.max(1, math.ceil((1 - room / previous) * windowUs) - passedUs)
  end
  return math.max(1, math.ceil((2 - (limit - 1) / current) * windowUs) - passedUs)
end

redis.call('HSET', window, 'number', string.format('%.0f', number), 'current', current + 1, 'previous', previous)
redis.call('PEXPIRE', window, math.ceil(windowUs / 500))
return 0
