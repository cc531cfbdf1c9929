-- lock-acquire.lua: one Redis instance's vote for a lock.
-- KEYS[1] owner   string  owner value of the holder, expires with the lock
-- KEYS[2] token   string  highest fencing token that this instance has heard of; kept for ever
-- KEYS[3] born    string  Unix ms of the first question to this data set; 0 = said to be new by whoever made it
-- ARGV[1] ownerValue, one per attempt   ARGV[2] lockMs
-- Returns { vote, token }
-- vote (LockVote):   1 Given   2 HeldByAnother   3 TooYoung (the data set may have forgotten a holder)
-- Cost O(1). Safe to resend: the same owner value is given the lock again.
local owner, token, born = KEYS[1], KEYS[2], KEYS[3]
local ownerValue, lockMs = ARGV[1], tonumber(ARGV[2])

local highest = redis.call('GET', token) or '0'
local held = redis.call('GET', owner)
if held and held ~= ownerValue then
  return { 2, highest }
end

-- An instance that came back empty knows nothing of a lock it gave a moment ago. Once it is older than any lock, nothing forgotten can still be held.
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', born, string.format('%.0f', nowMs), 'NX')
if nowMs - tonumber(redis.call('GET', born)) < lockMs then
  return { 3, highest }
end

redis.call('SET', owner, ownerValue, 'PX', lockMs)
return { 1, highest }
