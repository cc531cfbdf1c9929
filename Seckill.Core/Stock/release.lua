-- release.lua: gives the unit of one order back to its bucket, exactly once, and remembers for a while that it did.
-- KEYS[1] stock   string  units left
-- KEYS[2] buyers  hash    userId -> slot=orderId[,slot=orderId...]
-- KEYS[3] meta    hash    epoch, version, total, limit; fence while the bucket is being recovered
-- KEYS[4] released  zset  "orderId userId" -> Unix ms: orders whose units were given back in the last minutes
-- ARGV[1] userId    who holds the order
-- ARGV[2] orderId   the order whose unit returns; its row has ended already
-- ARGV[3] bucket    sale:sku:index, the message on the channel
-- ARGV[4] channel   where nodes listen for units that returned
-- ARGV[5] nowMs     Unix ms by the caller's clock
-- ARGV[6] keepMs    how long a released order is remembered
-- ARGV[7] keepCount   how many are remembered at most; the oldest leave first
-- Returns { status, epoch, version, left }.
-- status (ReleaseStatus):   1 Released   2 NotHeld (given back before, or never reserved here)
--                           3 Deferred (the bucket is being rebuilt: noted, and carried out with the swap)   -1 NotWarmed
-- Invariants: stock + units in buyers = total; version grows by one with each release.
-- Cost O(1), O(log n) in the remembered orders. Safe to resend after a timeout: buyers no longer holds the order, so the second call answers 2 and gives nothing back.
local stock, buyers, meta, released = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local userId, orderId, bucket, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local nowMs, keepMs, keepCount = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])

local life = redis.call('HMGET', meta, 'epoch', 'version', 'fence')
local epoch, version, fence = tonumber(life[1]), tonumber(life[2]), life[3]
local left = tonumber(redis.call('GET', stock))
local isRebuilding = fence and fence ~= life[1]
if not isRebuilding and not (epoch and version and left) then
  return { -1, epoch or 0, version or 0, left or 0 }
end

-- Remembered first, also when nothing is held here: a call that reserved this order may still be asked again.
redis.call('ZADD', released, nowMs, orderId .. ' ' .. userId)
redis.call('ZREMRANGEBYSCORE', released, '-inf', nowMs - keepMs)
redis.call('ZREMRANGEBYRANK', released, 0, -1 - keepCount)
redis.call('PEXPIRE', released, keepMs)
if isRebuilding then
  -- The rows may have been read before this order ended: swap.lua goes through what was noted since the fence.
  return { 3, epoch or 0, version or 0, left or 0 }
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
