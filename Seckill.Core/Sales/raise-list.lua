-- raise-list.lua: says that the list of a restricted sale is whole, gives it a new version, and tells all nodes.
-- KEYS[1] list      set     user ids that may grab, and the mark
-- KEYS[2] version   string  rises with every change of the list
-- ARGV[1] mark      the member that says "written whole"
-- ARGV[2] nowMs     clock of the caller, Unix ms: a version that was lost does not come back with a value seen before
-- ARGV[3] endsMs    Unix ms when both expire
-- ARGV[4] channel   where nodes listen
-- ARGV[5] saleId    what they hear
-- Returns the version.
-- Cost O(1). May be repeated: each time makes a version, and the list stays as it is.
local list, version = KEYS[1], KEYS[2]
local mark, nowMs, endsMs, channel, saleId = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]

redis.call('SADD', list, mark)
local next = math.max((tonumber(redis.call('GET', version)) or 0) + 1, nowMs)
redis.call('SET', version, string.format('%.0f', next))
redis.call('PEXPIREAT', list, endsMs)
redis.call('PEXPIREAT', version, endsMs)
redis.call('PUBLISH', channel, saleId)
return next
