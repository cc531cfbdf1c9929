-- fence.lua: closes a bucket for a recovery that leads to a new epoch. Grabs are refused from here on, also when all else of the bucket is lost.
-- KEYS[1] stock   string  units left
-- KEYS[2] meta    hash    epoch, version, total, limit; fence, fencedAt while the bucket is being recovered
-- ARGV[1] fence   the epoch that the recovery leads to
-- ARGV[2] nowMs   Unix ms by the caller's clock
-- Returns { status, epoch, version, left }; epoch = fence says that the new life is in place already, and only waits to be opened.
-- status (FenceStatus):   1 Fenced (by this call or by one before)   2 Open (the bucket lives in that epoch, or a later one, and no fence stands)
--                         3 Overtaken (a recovery that leads further has fenced it)
-- Invariants: a fence only ever rises. Codes other than 1 write nothing.
-- Cost O(1). Safe to repeat.
local stock, meta = KEYS[1], KEYS[2]
local fence, nowMs = tonumber(ARGV[1]), ARGV[2]

local life = redis.call('HMGET', meta, 'epoch', 'version', 'fence')
local epoch, version, standing = tonumber(life[1]), tonumber(life[2]), tonumber(life[3])
local left = tonumber(redis.call('GET', stock)) or 0
if standing and standing > fence then
  return { 3, epoch or 0, version or 0, left }
end
if not standing and epoch and epoch >= fence then
  return { 2, epoch, version or 0, left }
end

if standing ~= fence then
  redis.call('HSET', meta, 'fence', string.format('%.0f', fence), 'fencedAt', nowMs)
end
return { 1, epoch or 0, version or 0, left }
