-- swap.lua: puts a bucket that was rebuilt from the orders in the place of the old one, in one step. The fence stays up.
-- KEYS[1] stock     string  units left
-- KEYS[2] buyers    hash    userId -> slot=orderId[,slot=orderId...]
-- KEYS[3] meta      hash    epoch, version, total, limit; fence, fencedAt while the bucket is being recovered
-- KEYS[4] released  zset    "orderId userId" -> Unix ms: orders whose units were given back in the last minutes
-- KEYS[5] rebuilt   hash    as buyers, filled from the orders; gone afterwards
-- ARGV[1] fence   the epoch that the recovery leads to
-- ARGV[2] units   units offered
-- ARGV[3] limit   units per user
-- ARGV[4] users   how many fields rebuilt must have: a load that was cut off, or mixed with another, is not swapped in
-- ARGV[5] held    units in rebuilt
-- Returns { status, epoch, version, left }.
-- status (SwapStatus):   1 Swapped   2 AlreadySwapped   -1 NotFenced (by this recovery)   -2 Incomplete (load again)
-- Invariants: stock + units in buyers = total; a unit given back while the rows were read is given back here. Codes other than 1 write nothing.
-- Cost O(releases noted since the fence); the old buyers are freed in the background. Safe to repeat.
local stock, buyers, meta, released, rebuilt = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local fence, units, limit, users, held = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])

local life = redis.call('HMGET', meta, 'epoch', 'version', 'fence', 'fencedAt')
local epoch, version = tonumber(life[1]), tonumber(life[2])
local left = tonumber(redis.call('GET', stock)) or 0
if life[3] ~= fence then
  return { -1, epoch or 0, version or 0, left }
end
if life[1] == fence then
  return { 2, epoch, version, left }
end
if redis.call('HLEN', rebuilt) ~= users then
  return { -2, epoch or 0, version or 0, left }
end

redis.call('UNLINK', buyers)
if users > 0 then
  redis.call('RENAME', rebuilt, buyers)
end
left = units - held
for _, member in ipairs(redis.call('ZRANGEBYSCORE', released, life[4], '+inf')) do
  local order, user = string.match(member, '^(%d+) (.+)$')
  local kept, found = {}, false
  for slot, id in string.gmatch(redis.call('HGET', buyers, user) or '', '(%d+)=(%d+)') do
    if id == order then
      found = true
    else
      kept[#kept + 1] = slot .. '=' .. id
    end
  end
  if found then
    left = left + 1
    if #kept == 0 then
      redis.call('HDEL', buyers, user)
    else
      redis.call('HSET', buyers, user, table.concat(kept, ','))
    end
  end
end
redis.call('SET', stock, left)
redis.call('HSET', meta, 'epoch', fence, 'version', 1, 'total', units, 'limit', limit)
return { 1, tonumber(fence), 1, left }
