-- mailbox-read.lua: one page of a mailbox after a position, oldest first.
-- KEYS[1] meta  hash  epoch, seq     KEYS[2] normal  stream  {seq}-0 -> x expiresAtMs, b body     KEYS[3] high  stream  the same
-- ARGV[1] askedEpoch, '' for none   ARGV[2] lastSeq, seen already   ARGV[3] maxMessages   ARGV[4] maxBytes (at least one message is given)
-- Returns { epoch, head, through, missing, seq, body, seq, body, ... }; { '', 0, 0, 0 } when there is no mailbox.
--   through  the position after this page; equal to head when nothing is left        missing  1 when a seq in (last seq, head] can no longer be had
-- A position of another epoch, or ahead of head (a promoted replica lacks what was seen), reads from the start; missing is then 0.
-- Cost O(messages after the position), at most the mailbox's bound. Writes nothing.
local meta, normal, high = KEYS[1], KEYS[2], KEYS[3]
local askedEpoch, lastSeq, maxMessages, maxBytes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local state = redis.call('HMGET', meta, 'epoch', 'seq')
if not state[1] then
  return { '', 0, 0, 0 }
end

local epoch, head = state[1], tonumber(state[2])
local known = askedEpoch == epoch and lastSeq <= head
local after = known and lastSeq or 0
if after == head then
  return { epoch, head, head, 0 }
end

local clock = redis.call('TIME')
local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local from = (after + 1) .. '-0'
local lists = { redis.call('XRANGE', normal, from, '+'), redis.call('XRANGE', high, from, '+') }
local at = { 1, 1 }

-- Past their time, entries stay in the log until the next append: skip them here, so that both ways look alike.
local function peek(which)
  local entry = lists[which][at[which]]
  while entry and tonumber(entry[2][2]) <= nowMs do
    at[which] = at[which] + 1
    entry = lists[which][at[which]]
  end
  return entry and tonumber(string.match(entry[1], '^%d+')), entry and entry[2][4]
end

local page = { epoch, head, head, 0 }
local given, givenBytes, living, full = 0, 0, 0, false
while true do
  local seqNormal, bodyNormal = peek(1)
  local seqHigh, bodyHigh = peek(2)
  if not seqNormal and not seqHigh then
    break
  end

  local which = (not seqHigh or (seqNormal and seqNormal < seqHigh)) and 1 or 2
  local seq, body = which == 1 and seqNormal or seqHigh, which == 1 and bodyNormal or bodyHigh
  at[which] = at[which] + 1
  living = living + 1
  if not full and (given == maxMessages or (given > 0 and givenBytes + #body > maxBytes)) then
    full = true
    page[3] = page[#page - 1]
  end
  if not full then
    given, givenBytes = given + 1, givenBytes + #body
    page[#page + 1] = seq
    page[#page + 1] = body
  end
end

if known and living < head - after then
  page[4] = 1
end
return page
