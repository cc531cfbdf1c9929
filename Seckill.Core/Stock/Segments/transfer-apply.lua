-- transfer-apply.lua: the second step of a transfer, at the bucket: takes in what was drawn for it, or hands over half of what it has left. Once for each serial.
-- KEYS[1] stock   string  units left
-- KEYS[2] meta    hash    epoch, version, total, limit; fence while the bucket is being recovered; transfer: epoch serial moved of the latest that was applied
-- ARGV[1] expectedEpoch   the epoch in which the pool opened it
-- ARGV[2] serial          its number among the bucket's transfers in that epoch, from 1
-- ARGV[3] units           what was drawn for the bucket; 0 = the pool gathers
-- ARGV[4] seenEpoch       the latest epoch of the bucket that the caller has seen; 0 = none
-- ARGV[5] minVersion      the highest version that it has seen in that epoch
-- Returns { status, epoch, moved, left, version }; moved: units that came in, below 0 those that were handed over.
-- status (TransferApplyStatus):   1 Applied   2 AlreadyApplied (moved as it was then)   3 Overtaken (a later one was applied, so this one is over)
--                                -1 NotWarmed   -2 EpochChanged   -3 Behind (the bucket has forgotten an earlier one)   -4 Fenced (being recovered)
--                                -5 VersionBehind (a promoted replica lost writes)
-- Invariants: stock + units in buyers = total; version grows by one with each that is applied. Other codes write nothing.
-- Cost O(1). Safe to repeat, also long after: a serial moves units once.
local stock, meta = KEYS[1], KEYS[2]
local expectedEpoch, serial, units = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local seenEpoch, minVersion = tonumber(ARGV[4]), tonumber(ARGV[5])

local life = redis.call('HMGET', meta, 'epoch', 'version', 'fence', 'transfer')
local epoch, version, fence = tonumber(life[1]), tonumber(life[2]), life[3]
local left = tonumber(redis.call('GET', stock))
if fence and fence ~= life[1] then
  return { -4, epoch or 0, 0, left or 0, version or 0 }
end
if not (epoch and version and left) then
  return { -1, epoch or 0, 0, left or 0, version or 0 }
end
if expectedEpoch ~= epoch then
  return { -2, epoch, 0, left, version }
end
-- Units that were sold in the writes that are gone would be handed over, and sold a second time.
if epoch < seenEpoch or (epoch == seenEpoch and version < minVersion) then
  return { -5, epoch, 0, left, version }
end

local appliedEpoch, applied, moved = string.match(life[4] or '', '^(%d+) (%d+) (-?%d+)$')
applied = appliedEpoch == life[1] and tonumber(applied) or 0
if serial == applied then
  return { 2, epoch, tonumber(moved), left, version }
end
if serial < applied then
  return { 3, epoch, 0, left, version }
end
if serial > applied + 1 then
  return { -3, epoch, 0, left, version }
end

-- Half, rounded up: the bucket goes on selling, and the last unit can be fetched too.
moved = units > 0 and units or -math.ceil(left / 2)
redis.call('HSET', meta, 'transfer', string.format('%s %d %d', life[1], serial, moved))
if moved ~= 0 then
  left = redis.call('INCRBY', stock, moved)
  redis.call('HINCRBY', meta, 'total', moved)
end
version = redis.call('HINCRBY', meta, 'version', 1)
return { 1, epoch, moved, left, version }
