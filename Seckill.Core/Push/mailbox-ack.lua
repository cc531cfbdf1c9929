-- mailbox-ack.lua: remember up to which message the user has confirmed, and which of the user's devices.
-- KEYS[1] mailbox  hash  epoch, seq; acked, the highest seq that anyone has confirmed; devices -> '<device> <seq> <device> <seq> ...', whoever confirmed last comes first;
--                        times -> '<seq> <deliveredMs> <ackedMs>,...', of the last confirmations of any device, oldest first
-- ARGV[1] epoch   ARGV[2] seq, >= 1: everything up to it is confirmed   ARGV[3] device, '' for none   ARGV[4] maxDevices, remembered
-- ARGV[5] maxTimes, confirmations whose times are remembered   ARGV[6..] ackedSeq, deliveredMs, ackedMs   three for each confirmation since the last call, oldest first; Unix ms of the caller's clock
-- Returns { code, acked }, acked being the device's, or the user's when none is given.
-- code (MailboxAck):   1 Raised   0 AlreadyAcked   -1 OtherEpoch (or no mailbox)   -2 AheadOfHead (ahead of the last message)
-- Invariants: acked never falls and never passes seq, the user's not and no device's; other codes than 1 write nothing. Cost O(devices). Safe to resend.
local mailbox = KEYS[1]
local epoch, seq, device, maxDevices, maxTimes = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local firstTime, valuesPerTime = 6, 3

local state = redis.call('HMGET', mailbox, 'epoch', 'seq', 'acked', 'devices', 'times')
local head, acked = tonumber(state[2]) or 0, tonumber(state[3]) or 0
if state[1] ~= epoch then
  return { -1, 0 }
end

local before, others, count = acked, '', 1
if device ~= '' then
  before = 0
  for name, confirmed in string.gmatch(state[4] or '', '(%S+) (%d+)') do
    if name == device then
      before = tonumber(confirmed)
    elseif count < maxDevices then
      others, count = others .. ' ' .. name .. ' ' .. confirmed, count + 1
    end
  end
end
if seq > head then
  return { -2, before }
end
if seq <= before then
  return { 0, before }
end

local writes = { 'acked', math.max(acked, seq) }
if device ~= '' then
  writes[#writes + 1] = 'devices'
  writes[#writes + 1] = string.format('%s %.0f', device, seq) .. others
end
if #ARGV >= firstTime then
  local times = {}
  for one in string.gmatch(state[5] or '', '[^,]+') do
    times[#times + 1] = one
  end
  for i = firstTime, #ARGV, valuesPerTime do
    times[#times + 1] = ARGV[i] .. ' ' .. ARGV[i + 1] .. ' ' .. ARGV[i + 2]
  end
  writes[#writes + 1] = 'times'
  writes[#writes + 1] = table.concat(times, ',', math.max(1, #times - maxTimes + 1))
end
redis.call('HSET', mailbox, unpack(writes))
return { 1, seq }
