-- lock-extend.lua: the holder of a lock writes its fencing token to one instance and has its time begin anew.
-- KEYS[1] owner   string  owner value of the holder, expires with the lock
-- KEYS[2] token   string  highest fencing token that this instance has heard of; kept for ever
-- ARGV[1] ownerValue   ARGV[2] lockMs   ARGV[3] fencingToken, an integer below 2^53   ARGV[4] first, 1 when the holder writes its token for the first time, else 0
-- Returns 1 when this instance vouches for the holder, 0 when it knows of another or of a token that is not lower.
-- An instance that knows of nobody (it was away, or has come back empty) is taught: the caller holds a majority, so no other holder can exist.
-- Cost O(1). Safe to resend; a first write that is repeated answers 0, which costs a try and no more.
local owner, token = KEYS[1], KEYS[2]
local ownerValue, lockMs, fencingToken, first = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local held = redis.call('GET', owner)
local ahead = tonumber(redis.call('GET', token) or '0') - tonumber(fencingToken)
if (held and held ~= ownerValue) or ahead > 0 or (ahead == 0 and first == '1') then
  return 0
end

redis.call('SET', owner, ownerValue, 'PX', lockMs)
redis.call('SET', token, fencingToken)
return 1
