-- transfer-settle.lua: the last step of a transfer, at the pool: takes in what a bucket handed over, and closes the record.
-- KEYS[1] stock      string  units left in the pool
-- KEYS[2] meta       hash    epoch, version, total, limit; fence while the SKU is being recovered
-- KEYS[3] transfers  hash    bucket's index -> epoch serial [units]: the latest transfer of each bucket, units while it is open; 0 for one that gathers
-- ARGV[1] bucket          index of the bucket, from 0
-- ARGV[2] expectedEpoch   the epoch in which it was opened
-- ARGV[3] serial          its number
-- ARGV[4] moved           what the bucket answered: units that came in there, below 0 those that it handed over
-- Returns { status, epoch, left }.
-- status (TransferSettleStatus):   1 Settled   2 AlreadySettled   -1 NotWarmed   -2 EpochChanged   -4 Fenced (the SKU is being recovered)
--                                 -3 Contradicted (the pool knows of no such transfer, or of another number of units: it has forgotten)
-- Invariants: stock = total in the pool; version grows by one with each that is settled. Other codes write nothing.
-- Cost O(1). Safe to repeat, also long after.
local stock, meta, transfers = KEYS[1], KEYS[2], KEYS[3]
local bucket, expectedEpoch, serial, moved = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local life = redis.call('HMGET', meta, 'epoch', 'version', 'fence')
local epoch, version, fence = tonumber(life[1]), tonumber(life[2]), life[3]
local left = tonumber(redis.call('GET', stock))
if fence and fence ~= life[1] then
  return { -4, epoch or 0, left or 0 }
end
if not (epoch and version and left) then
  return { -1, epoch or 0, left or 0 }
end
if expectedEpoch ~= epoch then
  return { -2, epoch, left }
end

local recordEpoch, latest, units = string.match(redis.call('HGET', transfers, bucket) or '', '^(%d+) (%d+) ?(%d*)$')
latest = recordEpoch == life[1] and tonumber(latest) or 0
if serial < latest or (serial == latest and units == '') then
  return { 2, epoch, left }
end
local isOpen = serial == latest
local isDraw = isOpen and units ~= '0'
if not isOpen or (isDraw and tonumber(units) ~= moved) or (not isDraw and moved > 0) then
  return { -3, epoch, left }
end

redis.call('HSET', transfers, bucket, string.format('%s %d', life[1], serial))
if moved < 0 then
  left = redis.call('INCRBY', stock, -moved)
  redis.call('HINCRBY', meta, 'total', -moved)
end
redis.call('HINCRBY', meta, 'version', 1)
return { 1, epoch, left }
