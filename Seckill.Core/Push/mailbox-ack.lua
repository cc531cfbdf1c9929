-- mailbox-ack.lua: remember up to which message the user has confirmed.
-- KEYS[1] mailbox  hash  epoch, seq, acked
-- ARGV[1] epoch   ARGV[2] seq, >= 1: everything up to it is confirmed
-- Returns { code, acked }.
-- code (MailboxAck):   1 Raised   0 AlreadyAcked   -1 OtherEpoch (or no mailbox)   -2 AheadOfHead (ahead of the last message)
-- Invariants: acked never falls and never passes seq; other codes than 1 write nothing. Cost O(1). Safe to resend.
local mailbox = KEYS[1]
local epoch, seq = ARGV[1], tonumber(ARGV[2])

local state = redis.call('HMGET', mailbox, 'epoch', 'seq', 'acked')
local head, acked = tonumber(state[2]) or 0, tonumber(state[3]) or 0
if state[1] ~= epoch then
  return { -1, 0 }
end
if seq > head then
  return { -2, acked }
end
if seq <= acked then
  return { 0, acked }
end
redis.call('HSET', mailbox, 'acked', seq)
return { 1, seq }
