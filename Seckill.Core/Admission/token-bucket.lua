-- token-bucket.lua: takes up to so many tokens out of a bucket that all nodes share.
-- KEYS[1] bucket   hash   millionths -> of a token, that are left; atUs -> Unix us by this server's clock when that was so. Absent = full
-- ARGV[1] ratePerSecond   tokens that come back in a second, a whole number from 1 to 1,000,000,000
-- ARGV[2] burst           tokens that it holds when full, likewise
-- ARGV[3] wanted          tokens asked for, likewise
-- Returns { granted, waitUs }: 0 to wanted tokens, and the us until there is one more; 0 = there is one now
-- Invariants: 0 <= millionths <= burst * 1,000,000; in t seconds at most ratePerSecond * t + burst are granted, whoever asks and whatever clock the askers have.
-- This server's clock set back: what would have come back in that time does not. Set forward: at most the burst comes early.
-- The key expires when the bucket would be full again, so an absent one says the same as one that was kept.
-- Cost O(1). Sent again after a time-out it takes again: tokens may be lost, none is invented.
local bucket = KEYS[1]
local ratePerSecond, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local function fits(number)
  return number and number >= 1 and number <= 1000000000 and number == math.floor(number)
end
if not (fits(ratePerSecond) and fits(burst) and fits(wanted)) then
  return redis.error_reply('ERR token-bucket.lua takes whole numbers from 1 to 1000000000')
end

-- 1. What has come back. All in millionths, which are whole numbers below 2^53: nothing is rounded, and rate * us is what comes back in that many us.
local time = redis.call('TIME')
local nowUs = time[1] * 1000000 + time[2]
local kept = redis.call('HMGET', bucket, 'millionths', 'atUs')
local left, atUs = tonumber(kept[1]), tonumber(kept[2])
local full = burst * 1000000
if left and atUs then
  left = math.min(full, left + math.max(0, nowUs - atUs) * ratePerSecond)
else
  left = full
end

-- 2. Take whole tokens.
local granted = math.min(wanted, math.floor(left / 1000000))
left = left - granted * 1000000
redis.call('HSET', bucket, 'millionths', string.format('%.0f', left), 'atUs', string.format('%.0f', nowUs))
redis.call('PEXPIRE', bucket, string.format('%.0f', math.ceil((full - left) / ratePerSecond / 1000) + 1000))

local waitUs = 0
if left < 1000000 then
  waitUs = math.ceil((1000000 - left) / ratePerSecond)
end
return { granted, waitUs }
