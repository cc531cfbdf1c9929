-- relay-leave.lua: strike consumers that are gone off the relays' group. XGROUP DELCONSUMER forgets the entries that still lie with a consumer, and
-- nobody would be given those again; looking and striking off in one step keeps an entry from arriving in between.
-- KEYS[1] outbox  stream  packed batches of winners
-- ARGV[1] group, of all relays   ARGV[2] leaving, the consumer that goes
-- Returns how many were struck off: the leaving one, and any that was silent for an hour, each only when no entry lies with it.
local outbox = KEYS[1]
local group, leaving = ARGV[1], ARGV[2]

local struck = 0
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', outbox, group)) do
  local consumer = {}
  for i = 1, #info, 2 do
    consumer[info[i]] = info[i + 1]
  end
  if consumer.pending == 0 and (consumer.name == leaving or consumer.idle > 3600000) then
    redis.call('XGROUP', 'DELCONSUMER', outbox, group, consumer.name)
    struck = struck + 1
  end
end
return struck
