-- revoke.lua: notes that tokens of a user are no longer good, and tells all nodes.
-- KEYS[1] log       zset    "userId tokenId cutoffSeconds expiresAtSeconds" -> version under which it was noted
-- KEYS[2] expiry    zset    the same texts -> Unix s when the last token they speak of has expired
-- KEYS[3] version   string  rises with every revocation
-- ARGV[1] entry       the text
-- ARGV[2] expiresAt   Unix s, as in the text
-- ARGV[3] nowMs       clock of the caller, Unix ms: a version that was lost does not come back with a value seen before
-- ARGV[4] maxEntries  so many are kept
-- ARGV[5] channel     where nodes listen
-- Returns { status, version }.
-- status (RevokeStatus):   1 Revoked   2 Known (it is noted already)   -1 Full (nothing was noted)
-- Cost O(log n), and O(1,000) for those that have expired. Safe to resend after a timeout.
local log, expiry, version = KEYS[1], KEYS[2], KEYS[3]
local entry, expiresAt, nowMs, maxEntries, channel = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]

local current = tonumber(redis.call('GET', version)) or 0
local expired = redis.call('ZRANGEBYSCORE', expiry, '-inf', nowMs / 1000, 'LIMIT', 0, 1000)
if #expired > 0 then
  redis.call('ZREM', log, unpack(expired))
  redis.call('ZREM', expiry, unpack(expired))
end
if redis.call('ZSCORE', log, entry) then
  return { 2, current }
end
if redis.call('ZCARD', log) >= maxEntries then
  return { -1, current }
end

current = math.max(current + 1, nowMs)
redis.call('ZADD', log, current, entry)
redis.call('ZADD', expiry, expiresAt, entry)
redis.call('SET', version, string.format('%.0f', current))
for _, key in ipairs({ log, expiry, version }) do
  local left = redis.call('PTTL', key)
  if left < 0 or nowMs + left < expiresAt * 1000 then
    redis.call('PEXPIREAT', key, string.format('%.0f', expiresAt * 1000))
  end
end
redis.call('PUBLISH', channel, string.format('%.0f', current))
return { 1, current }
