-- open.lua: lets a recovered bucket sell again.
-- KEYS[1] stock   string  units left
-- KEYS[2] meta    hash    epoch, version, total, limit; fence, fencedAt while the bucket is being recovered
-- ARGV[1] fence     the epoch that the recovery led to
-- ARGV[2] bucket    sale:sku:index, the message on the channel
-- ARGV[3] channel   where nodes listen for units that returned
-- Returns { status, epoch, version, left }.
-- status (OpenStatus):   1 Opened   2 AlreadyOpen   -1 NotSwapped (the new life is not in place, or another recovery's fence stands)
-- Invariants: only a bucket that lives in the fence's epoch is opened. Codes other than 1 write nothing.
-- Cost O(1). Safe to repeat.
local stock, meta = KEYS[1], KEYS[2]
local fence, bucket, channel = ARGV[1], ARGV[2], ARGV[3]

local life = redis.call('HMGET', meta, 'epoch', 'version', 'fence')
local epoch, version = tonumber(life[1]) or 0, tonumber(life[2]) or 0
local left = tonumber(redis.call('GET', stock)) or 0
if not life[3] and life[1] == fence then
  return { 2, epoch, version, left }
end
if life[3] ~= fence or life[1] ~= fence then
  return { -1, epoch, version, left }
end

redis.call('HDEL', meta, 'fence', 'fencedAt')
redis.call('PUBLISH', channel, bucket)
return { 1, epoch, version, left }
