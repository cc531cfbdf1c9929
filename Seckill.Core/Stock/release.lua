-- release.lua: gives the unit of one order back to its bucket, exactly once.
-- KEYS[1] stock   string  units left
-- KEYS[2] buyers  hash    userId -> slot=orderId[,slot=orderId...]
-- KEYS[3] meta    hash    epoch, version, total, limit
-- ARGV[1] userId    who holds the order
-- ARGV[2] orderId   the order whose unit returns
-- ARGV[3] bucket    sale:sku:index, the message on the channel
-- ARGV[4] channel   where nodes listen for units that returned
-- Returns { status, epoch, version, left }.
-- status (ReleaseStatus):   1 Released   2 NotHeld (given back before, or never reserved here)   -1 NotWarmed
-- Invariants: stock + units in buyers = total; version grows by one with each release.
-- Cost O(1). Safe to resend after a timeout: buyers no longer holds the order, so the second call answers 2 and writes nothing.
local stock, buyers, meta = KEYS[1], KEYS[2], KEYS[3]
local userId, orderId, bucket, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local life = redis.call('HMGET', meta, 'epoch', 'version')
local epoch, version = tonumber(life[1]), tonumber(life[2])
local left = tonumber(redis.call('GET', stock))
if not (epoch and version and left) then
  return { -1, epoch or 0, version or 0, left or 0 }
end

local kept, found = {}, false
for slot, id in string.gmatch(redis.call('HGET', buyers, userId) or '', '(%d+)=(%d+)') do
  if id == orderId then
    found = true
  else
    kept[#kept + 1] = slot .. '=' .. id
  end
end
if not found then
  return { 2, epoch, version, left }
end

left = redis.call('INCR', stock)
if #kept == 0 then
  redis.call('HDEL', buyers, userId)
else
  redis.call('HSET', buyers, userId, table.concat(kept, ','))
end
version = redis.call('HINCRBY', meta, 'version', 1)
redis.call('PUBLISH', channel, bucket)
return { 1, epoch, version, left }
