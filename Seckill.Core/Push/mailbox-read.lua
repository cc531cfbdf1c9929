-- mailbox-read.lua: one page of a mailbox after a position, oldest first.
-- KEYS[1] mailbox  hash  epoch, seq, book, m:<seq> -> '<expiresAtMs> <n|h> <body>'
-- ARGV[1] askedEpoch, '' for none   ARGV[2] lastSeq, seen already   ARGV[3] maxMessages   ARGV[4] maxBytes (at least one message is given)
-- Returns { epoch, head, through, missing, seq, body, seq, body, ... }; { '', 0, 0, 0 } when there is no mailbox.
--   through  the position after this page; equal to head when nothing is left        missing  1 when a seq in (last seq, head] can no longer be had
-- A position of another epoch, or ahead of head (a promoted replica lacks what was seen), reads from the start; missing is then 0.
-- Cost O(seqs after the position), at most the mailbox's span. Writes nothing.
local mailbox = KEYS[1]
local askedEpoch, lastSeq, maxMessages, maxBytes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local fieldsPerRead = 500

local state = redis.call('HMGET', mailbox, 'epoch', 'seq', 'book')
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
local firstNormal, firstHigh = string.match(state[3], '^%d+ %d+ %d+ (%d+) (%d+)')
local start = math.max(after + 1, math.min(tonumber(firstNormal), tonumber(firstHigh)))

local page = { epoch, head, head, 0 }
local given, givenBytes, living, full = 0, 0, 0, false
for from = start, head, fieldsPerRead do
  local fields = {}
  for seq = from, math.min(from + fieldsPerRead - 1, head) do
    fields[#fields + 1] = 'm:' .. seq
  end
  for i, text in ipairs(redis.call('HMGET', mailbox, unpack(fields))) do
    local expiresAtMs, body = nil, nil
    if text then
      expiresAtMs, body = string.match(text, '^(%d+) %a (.*)$')
    end
    -- Past their time, messages stay until the next append: skipped here, so that both ways look alike.
    if body and tonumber(expiresAtMs) > nowMs then
      living = living + 1
      if not full and (given == maxMessages or (given > 0 and givenBytes + #body > maxBytes)) then
        full = true
        page[3] = page[#page - 1]
      end
      if not full then
        given, givenBytes = given + 1, givenBytes + #body
        page[#page + 1] = from + i - 1
        page[#page + 1] = body
      end
    end
  end
end

if known and living < head - after then
  page[4] = 1
end
return page
