-- lock-release.lua: gives a lock back on one instance, if it is still the caller's there.
-- KEYS[1] owner   string  owner value of the holder, expires with the lock
-- ARGV[1] ownerValue
-- Returns 1 when given back, 0 when it was not the caller's (expired, or another's by now).
-- Cost O(1). Safe to resend.
local owner = KEYS[1]
local ownerValue = ARGV[1]

if redis.call('GET', owner) ~= ownerValue then
  return 0
end
return redis.call('DEL', owner)
