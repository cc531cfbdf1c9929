-- segment-look.lua: what one bucket of a segmented SKU, or its pool, is at one moment.
-- KEYS[1] stock      string  units left
-- KEYS[2] meta       hash    epoch, version, total, limit; fence while the SKU is being recovered; transfer: epoch serial moved of the latest that a bucket applied
-- KEYS[3] transfers  hash    at the pool alone: bucket's index -> epoch serial [units]
-- Returns { epoch, version, total, left, fence, applied, bucket, record... }: applied is a text, empty for none; then the pool's records. What is missing is -1. Writes nothing.
-- Cost O(buckets).
local stock, meta, transfers = KEYS[1], KEYS[2], KEYS[3]

local life = redis.call('HMGET', meta, 'epoch', 'version', 'total', 'fence', 'transfer')
local function number(text)
  return tonumber(text) or -1
end
local look = { number(life[1]), number(life[2]), number(life[3]), number(redis.call('GET', stock)), number(life[4]), life[5] or '' }
for _, text in ipairs(redis.call('HGETALL', transfers)) do
  look[#look + 1] = text
end
return look
