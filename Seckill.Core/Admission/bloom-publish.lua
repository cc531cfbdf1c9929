-- bloom-publish.lua: points all nodes to a bitmap that has been written, unless they have a newer one.
-- KEYS[1] head    hash    version, header (64 bytes): which bitmap counts
-- KEYS[2] bits    hash    number of the piece -> 256 KiB of the bitmap of this version
-- ARGV[1] version   content version of the bitmap, a whole number below 2^53
-- ARGV[2] header    as BloomHeader writes it
-- ARGV[3] chunks    pieces that the bitmap has
-- ARGV[4] endsMs    Unix ms when head and bitmap expire
-- ARGV[5] channel   where nodes listen
-- ARGV[6] message   what they hear
-- Returns { status, before }: before is the version that counted until now, 0 for none.
-- status (BloomPublish):   1 Published   2 Older (this version or a newer one counts)   -1 BitmapGone (pieces are missing)
-- Cost O(1). Safe to resend after a timeout.
local head, bits = KEYS[1], KEYS[2]
local version, header, chunks, endsMs, channel, message = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]

local before = tonumber(redis.call('HGET', head, 'version')) or 0
if before >= version then
  return { 2, before }
end
if redis.call('HLEN', bits) ~= chunks then
  return { -1, before }
end

redis.call('HSET', head, 'version', string.format('%.0f', version), 'header', header)
redis.call('PEXPIREAT', head, endsMs)
redis.call('PEXPIREAT', bits, endsMs)
redis.call('PUBLISH', channel, message)
return { 1, before }
