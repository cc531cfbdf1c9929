-- transfer-open.lua: the first step of a transfer between the pool of a segmented SKU and one of its buckets. What is drawn leaves the pool's stock in the step that records it.
-- KEYS[1] stock      string  units left in the pool
-- KEYS[2] meta       hash    epoch, version, total, limit; fence while the SKU is being recovered
-- KEYS[3] transfers  hash    bucket's index -> epoch serial [units]: the latest transfer of each bucket, units while it is open; 0 for one that gathers
-- ARGV[1] bucket          index of the bucket, from 0
-- ARGV[2] expectedEpoch   the epoch that the caller knows; 0 = not known yet
-- ARGV[3] buckets         how many share the pool: the fewer units are left, the smaller is a chunk
-- ARGV[4] gather          0 = draw a chunk for the bucket; 1 = fetch units from it
-- ARGV[5] seenEpoch       the latest epoch of the pool that the caller has seen; 0 = none
-- ARGV[6] minVersion      the highest version that it has seen in that epoch
-- Returns { status, epoch, serial, units, left, version }; units is 0 for a transfer that gathers.
-- status (TransferOpenStatus):   1 Opened   2 AlreadyOpen (an earlier one, to be finished first; its kind may be the other)
--                                3 PoolEmpty (nothing to draw)   4 NotNeeded (nothing to gather for, the pool has units)
--                               -1 NotWarmed   -2 EpochChanged   -3 VersionBehind (a promoted replica lost writes)   -4 Fenced (the SKU is being recovered)
-- Invariants: stock = total in the pool, stock >= 0; a bucket has at most one open transfer; serials of an epoch rise by one; version grows by one with each that is opened. Other codes write nothing.
-- Cost O(1). Safe to resend after a timeout: the same transfer is answered as AlreadyOpen.
local stock, meta, transfers = KEYS[1], KEYS[2], KEYS[3]
local bucket, expectedEpoch, buckets, gather = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local seenEpoch, minVersion = tonumber(ARGV[5]), tonumber(ARGV[6])

local life = redis.call('HMGET', meta, 'epoch', 'version', 'fence')
local epoch, version, fence = tonumber(life[1]), tonumber(life[2]), life[3]
local left = tonumber(redis.call('GET', stock))
if fence and fence ~= life[1] then
  return { -4, epoch or 0, 0, 0, left or 0, version or 0 }
end
if not (epoch and version and left) then
  return { -1, epoch or 0, 0, 0, left or 0, version or 0 }
end
if expectedEpoch ~= 0 and expectedEpoch ~= epoch then
  return { -2, epoch, 0, 0, left, version }
end
-- What was drawn in the writes that are gone would be drawn a second time.
if epoch < seenEpoch or (epoch == seenEpoch and version < minVersion) then
  return { -3, epoch, 0, 0, left, version }
end

-- A record of a former life says nothing any more: the recovery has counted its units.
local recordEpoch, serial, units = string.match(redis.call('HGET', transfers, bucket) or '', '^(%d+) (%d+) ?(%d*)$')
if recordEpoch ~= life[1] then
  serial, units = 0, ''
end
if units ~= '' then
  return { 2, epoch, tonumber(serial), tonumber(units), left, version }
end

local chunk = 0
if gather == '1' then
  if left > 0 then
    return { 4, epoch, 0, 0, left, version }
  end
else
  if left == 0 then
    return { 3, epoch, 0, 0, left, version }
  end
  chunk = math.ceil(left / (2 * buckets))
end

serial = tonumber(serial) + 1
redis.call('HSET', transfers, bucket, string.format('%s %d %d', life[1], serial, chunk))
if chunk > 0 then
  left = redis.call('DECRBY', stock, chunk)
  redis.call('HINCRBY', meta, 'total', -chunk)
end
version = redis.call('HINCRBY', meta, 'version', 1)
return { 1, epoch, serial, chunk, left, version }
