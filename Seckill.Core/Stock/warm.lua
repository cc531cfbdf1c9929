-- warm.lua: creates a stock bucket, if and only if nothing of it exists but, at most, an outbox that never held anything. It never resets one.
-- KEYS[1] stock   string  units left
-- KEYS[2] buyers  hash    userId -> slot=orderId[,slot=orderId...]
-- KEYS[3] outbox  stream  packed winners that await Kafka
-- KEYS[4] meta    hash    epoch, version, total, limit; fence while the bucket is being recovered
-- ARGV[1] units   units offered, >= 1; 0 for a bucket that will draw on a pool
-- ARGV[2] limit   units per user, >= 1
-- ARGV[3] epoch   which life of the bucket begins, >= 1
-- ARGV[4] mayCreate   1 = create when absent; 0 = only look
-- Returns { status, epoch, version, left }.
-- status (WarmStatus):   1 Created   2 AlreadyWarm   -1 Absent (and not to be created)   -2 Damaged (only part of its keys is there)
--                        -3 Recovering (a recovery has fenced it)
-- Invariants: codes other than 1 write nothing.
-- Cost O(1). Safe to resend after a timeout: the second call answers 2.
local stock, buyers, outbox, meta = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local units, limit, epoch, mayCreate = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local life = redis.call('HMGET', meta, 'epoch', 'version', 'limit', 'fence')
local left = tonumber(redis.call('GET', stock))
if life[4] then
  return { -3, tonumber(life[1]) or 0, tonumber(life[2]) or 0, left or 0 }
end
if life[1] and life[2] and life[3] and left then
  return { 2, tonumber(life[1]), tonumber(life[2]), left }
end

-- An outbox that never held anything is no trace of a lost bucket: the relay finds the bucket in the directory before this script has run,
-- and makes the stream with its consumer group.
local isUsed = false
if redis.call('EXISTS', outbox) == 1 then
  local info = redis.call('XINFO', 'STREAM', outbox)
  for i = 1, #info, 2 do
    isUsed = isUsed or (info[i] == 'last-generated-id' and info[i + 1] ~= '0-0')
  end
end
if isUsed or redis.call('EXISTS', stock, buyers, meta) > 0 then
  return { -2, tonumber(life[1]) or 0, tonumber(life[2]) or 0, left or 0 }
end
if mayCreate ~= '1' then
  return { -1, 0, 0, 0 }
end

redis.call('HSET', meta, 'epoch', epoch, 'version', 1, 'total', units, 'limit', limit)
redis.call('SET', stock, units)
return { 1, tonumber(epoch), 1, tonumber(units) }
