-- mailbox-read.lua: one page of a mailbox after a position, oldest first; when asked for, with copies of the high messages behind its first normal one, whatever page those are on.
-- KEYS[1] mailbox  hash  epoch, seq, book, devices (see mailbox-ack.lua), m:<seq> -> '<expiresAtMs> <n|h> <body>'
-- ARGV[1] askedEpoch, '' for none   ARGV[2] lastSeq, seen already   ARGV[3] maxMessages   ARGV[4] maxBytes (at least one message is given)
-- ARGV[5] device, '' for none: asked without an epoch, the position is what this device has confirmed   ARGV[6] maxAhead, such copies, in maxBytes as well
-- Returns { epoch, head, through, missing, after, seq, body, seq, body, ... }; { '', 0, 0, 0, 0 } when there is no mailbox.
--   seq      below 0 for a copy: the message comes again in its turn. All of them stand right before the page's first normal message, so that high messages stay in their order
--   after    the position that the page begins after
--   through  the position after this page; equal to head when nothing is left        missing  1 when a seq in (last seq, head] can no longer be had
-- A position of another epoch, or ahead of head (a promoted replica lacks what was seen), reads from the start; missing is then 0, and so it is with neither epoch nor known device.
-- Cost O(seqs after the position), at most the mailbox's span. Writes nothing.
local mailbox = KEYS[1]
local askedEpoch, lastSeq, maxMessages, maxBytes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local device, maxAhead = ARGV[5], tonumber(ARGV[6])
local fieldsPerRead = 500

local state = redis.call('HMGET', mailbox, 'epoch', 'seq', 'book', 'devices')
if not state[1] then
  return { '', 0, 0, 0, 0 }
end

local epoch, head = state[1], tonumber(state[2])
local known = askedEpoch == epoch and lastSeq <= head
local after = known and lastSeq or 0
if askedEpoch == '' and device ~= '' then
  for name, confirmed in string.gmatch(state[4] or '', '(%S+) (%d+)') do
    if name == device then
      known, after = true, tonumber(confirmed)
    end
  end
end
if after == head then
  return { epoch, head, head, 0, after }
end

local clock = redis.call('TIME')
local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local firstNormal, firstHigh = string.match(state[3], '^%d+ %d+ %d+ (%d+) (%d+)')
local start = math.max(after + 1, math.min(tonumber(firstNormal), tonumber(firstHigh)))

local through = head
local page, given, givenBytes, living = {}, 0, 0, 0
local ahead, aheadGiven, aheadBytes, firstNormalAt = {}, 0, 0, nil
for from = start, head, fieldsPerRead do
  local fields = {}
  for seq = from, math.min(from + fieldsPerRead - 1, head) do
    fields[#fields + 1] = 'm:' .. seq
  end
  for i, text in ipairs(redis.call('HMGET', mailbox, unpack(fields))) do
    local expiresAtMs, letter, body = nil, nil, nil
    if text then
      expiresAtMs, letter, body = string.match(text, '^(%d+) (%a) (.*)$')
    end
    -- Past their time, messages stay until the next append: skipped here, so that both ways look alike.
    if body and tonumber(expiresAtMs) > nowMs then
      living = living + 1
      if through == head and (given == maxMessages or (given > 0 and givenBytes + #body > maxBytes)) then
        through = page[#page - 1]
      end
      if through == head then
        given, givenBytes = given + 1, givenBytes + #body
        page[#page + 1] = from + i - 1
        page[#page + 1] = body
      end
      if letter == 'n' and not firstNormalAt then
        -- When it is on a later page the copies belong there: sent now, they would overtake the high messages in between.
        firstNormalAt, maxAhead = #page - 1, through == head and maxAhead or 0
      elseif letter == 'h' and firstNormalAt and aheadGiven < maxAhead then
        if aheadBytes + #body > maxBytes then
          maxAhead = aheadGiven
        else
          aheadGiven, aheadBytes = aheadGiven + 1, aheadBytes + #body
          ahead[#ahead + 1] = -(from + i - 1)
          ahead[#ahead + 1] = body
        end
      end
    end
  end
end

local missing = known and living < head - after and 1 or 0
local reply = { epoch, head, through, missing, after }
for i = 1, #page do
  if i == firstNormalAt then
    for j = 1, #ahead do
      reply[#reply + 1] = ahead[j]
    end
  end
  reply[#reply + 1] = page[i]
end
return reply
