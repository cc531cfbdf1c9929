-- worker-lease.lua: takes or renews the lease of one worker id, and raises the mark that no id of it is past.
-- KEYS[1] owner   string  owner value of the holder, expires with the lease
-- KEYS[2] mark    string  Unix ms that no id of this worker id is past; kept for ever
-- KEYS[3] born    string  Unix ms of the first question to this data set; 0 = said to be new by whoever made it
-- ARGV[1] ownerValue   ARGV[2] leaseMs   ARGV[3] nowMs, by the asker's clock   ARGV[4] untilMs, the mark that is asked for
-- ARGV[5] knownMark, the mark that a holder who renews was granted; 0 = takes the lease
-- Returns { answer, mark }, the mark as it was before
-- answer (WorkerLeaseAnswer):   1 Leased   2 HeldByAnother   3 TooYoung   4 ClockBehind
-- A holder whose lease this instance has forgotten is believed: it comes with a mark, and only one holder can have that one.
-- Cost O(1). Safe to resend: a renewal raises the mark again, a taking finds itself the owner and renews.
local owner, mark, born = KEYS[1], KEYS[2], KEYS[3]
local ownerValue, leaseMs, nowMs, untilMs, knownMark = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]

local held = redis.call('GET', owner)
local highest = redis.call('GET', mark)
local before = highest or '0'
if held and held ~= ownerValue then
  return { 2, before }
end

local time = redis.call('TIME')
local serverMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', born, string.format('%.0f', serverMs), 'NX')
if not held then
  if knownMark ~= '0' then
    -- Expired, and somebody may have had it since: then the mark has moved on.
    if highest and highest ~= knownMark then
      return { 2, before }
    end
  else
    if serverMs - tonumber(redis.call('GET', born)) < leaseMs then
      return { 3, before }
    end
    if tonumber(before) >= nowMs then
      return { 4, before }
    end
  end
end

redis.call('SET', owner, ownerValue, 'PX', leaseMs)
if tonumber(untilMs) > tonumber(before) then
  redis.call('SET', mark, untilMs)
end
return { 1, before }
