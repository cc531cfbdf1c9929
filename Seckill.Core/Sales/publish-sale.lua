-- publish-sale.lua: puts one sale into the catalog's copy, unless the copy has a newer version of it, and tells all nodes.
-- KEYS[1] copy      hash    saleId -> JSON
-- KEYS[2] version   string  rises with every change
-- ARGV[1] saleId    the sale
-- ARGV[2] json      the sale, with a field "version"
-- ARGV[3] saleVersion   the same version as a number: two writers that race leave the newer one
-- ARGV[4] nowMs     clock of the caller, Unix ms
-- ARGV[5] maxSales  the copy keeps so many; the lowest ids (the oldest) leave first
-- ARGV[6] channel   where nodes listen
-- Returns { status, version }.
-- status (PublishStatus):   1 Written   2 Older (the copy has this version or a newer one)
-- Cost O(1); O(sales) when the copy is over its bound. Safe to resend after a timeout.
local copy, version = KEYS[1], KEYS[2]
local saleId, json, saleVersion, nowMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local maxSales, channel = tonumber(ARGV[5]), ARGV[6]

local current = redis.call('HGET', copy, saleId)
if current and cjson.decode(current).version >= saleVersion then
  return { 2, tonumber(redis.call('GET', version)) or 0 }
end

redis.call('HSET', copy, saleId, json)
local excess = redis.call('HLEN', copy) - maxSales
if excess > 0 then
  local ids = redis.call('HKEYS', copy)
  -- 63-bit numbers as text: the shorter is the smaller.
  table.sort(ids, function(a, b)
    if #a ~= #b then return #a < #b end
    return a < b
  end)
  for i = 1, excess do
    redis.call('HDEL', copy, ids[i])
  end
end

local next = math.max((tonumber(redis.call('GET', version)) or 0) + 1, nowMs)
redis.call('SET', version, string.format('%.0f', next))
redis.call('PUBLISH', channel, saleId)
return { 1, next }
