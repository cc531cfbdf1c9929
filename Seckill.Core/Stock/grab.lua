-- grab.lua: decides a batch of grabs on one stock bucket, and writes the winners to the outbox in the same atomic step.
-- KEYS[1] stock   string  units left
-- KEYS[2] buyers  hash    userId -> slot=orderId[,slot=orderId...]
-- KEYS[3] outbox  stream  packed winners that await Kafka
-- KEYS[4] meta    hash    epoch, version, total, limit; fence while the bucket is being recovered
-- KEYS[5] released  zset  "orderId userId" -> Unix ms: orders whose units were given back in the last minutes
-- ARGV[1] nowMs             reservation time, Unix ms by the caller's clock
-- ARGV[2] minVersion        highest version the caller has seen in this epoch; 0 = none
-- ARGV[3] expectedEpoch     the epoch the caller knows; 0 = not known yet
-- ARGV[4] maxOutboxLength   entries; at or above it nothing is reserved
-- ARGV[5] ask               0 = a first question; 1 = asked before with an unknown outcome; 2 = a claim: these orders were promised before
-- ARGV[6] passFence         a claim of the recovery itself names its fence and passes it; 0 = no
-- ARGV[7] traces            W3C trace contexts of the traced grabs of this batch, 'orderId traceparent' a line; '' = none is traced
-- ARGV[8..] userId..., orderId...   as many users as orders, in the same order, at most 256 grabs (Lua's unpack ends near 8,000 values)
-- Returns { status, epoch, version, left, answers, orderId... }; no answers unless status is 1.
-- status (StockStatus):   1 Decided   -1 NotWarmed   -2 EpochChanged   -3 VersionBehind (a promoted replica lost writes)
--                         -4 Fenced (the bucket is being recovered)
-- answer (StockAnswer):   1 Reserved   2 AlreadyReserved (same order id: a repeat; when asked before, its unit may have gone back since)   3 SoldOut   4 OutboxFull
--                         0 AlreadyGrabbed (takes the next orderId of the reply, which the user holds)
-- answers: one character for each grab, in their order.
-- Invariants: stock >= 0; stock + units in buyers = total; version grows by one with each batch that reserves, and only then.
-- Cost O(grabs in the batch): some 50 us for the call and 4 us for each grab. Safe to resend after a timeout, as a question asked before: the same order ids answer 2, also those that were
-- released in between.
-- Order ids have 63 bits and stay strings: a Lua number keeps 53. What is written for the sake of speed: answers are one text instead of a list, and a user who holds nothing costs no parsing.
local stock, buyers, outbox, meta, released = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local nowMs, minVersion, expectedEpoch, maxOutboxLength = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local ask, passFence, traces = ARGV[5], ARGV[6], ARGV[7]
local grabs = (#ARGV - 7) / 2
local lastUser = 7 + grabs

-- 1. Which life of the bucket is this, and does it remember everything that the caller has seen?
local life = redis.call('HMGET', meta, 'epoch', 'version', 'limit', 'fence')
local epoch, version, limit, fence = tonumber(life[1]), tonumber(life[2]), tonumber(life[3]), life[4]
local left = tonumber(redis.call('GET', stock))
-- The recovery's own claims pass, and only into the new life: before the swap there is nothing to claim from.
if fence and not (fence == passFence and fence == life[1]) then
  return { -4, epoch or 0, version or 0, left or 0 }
end
if not (epoch and version and limit and left) then
  return { -1, epoch or 0, version or 0, left or 0 }
end
if expectedEpoch ~= 0 and expectedEpoch ~= epoch then
  return { -2, epoch, version, left }
end
if version < minVersion then
  return { -3, epoch, version, left }
end

-- 2. Decide, reading only: every command that could refuse the types runs before the first write.
local hasRoom = redis.call('XLEN', outbox) < maxOutboxLength
local held = redis.call('HMGET', buyers, unpack(ARGV, 8, lastUser))
local gaveBack = {}
if ask == '1' then
  -- The first call may have reserved, and the order may have ended since: it must not be reserved a second time.
  local asked = {}
  for i = 1, grabs do
    asked[i] = ARGV[lastUser + i] .. ' ' .. ARGV[7 + i]
  end
  gaveBack = redis.call('ZMSCORE', released, unpack(asked))
end

-- What a user who holds something gets: an answer, or the slot that is free for him; and the first order that he holds.
local function look(text, order)
  if string.find(',' .. text .. ',', '=' .. order .. ',', 1, true) then
    return '2'
  end
  local count, first, used = 0, nil, {}
  for slot, id in string.gmatch(text, '(%d+)=(%d+)') do
    count = count + 1
    first = first or id
    used[tonumber(slot)] = true
  end
  if count >= limit then
    return '0', nil, first
  end
  local slot = 0
  while used[slot] do
    slot = slot + 1
  end
  return nil, tostring(slot)
end

-- A user may stand twice in a batch: what this batch gave, at his place among the updates, counts before what the hash says.
local answers, winners, redeemed, updates, placeOf, taken = {}, {}, {}, {}, {}, 0
local isTraced, won = traces ~= '', {}
local reply = { 1, epoch, version, left, '' }
for i = 1, grabs do
  local user, order = ARGV[7 + i], ARGV[lastUser + i]
  local place = placeOf[user]
  local text = place and updates[place] or held[i]
  local answer, slot = nil, '0'
  if gaveBack[i] then
    answer = '2'
  elseif text then
    answer, slot, reply[#reply + 1] = look(text, order)
  end
  answer = answer or (taken >= left and '3') or (not hasRoom and '4') or '1'
  if answer == '1' then
    taken = taken + 1
    if not place then
      place = #updates + 2
      placeOf[user], updates[place - 1] = place, user
    end
    updates[place] = (text and text .. ',' or '') .. slot .. '=' .. order
    winners[taken] = order .. ' ' .. slot .. ' ' .. user
    if isTraced then
      won[order] = true
    end
    if ask == '2' then
      redeemed[taken] = order .. ' ' .. user
    end
  end
  answers[i] = answer
end
reply[5] = table.concat(answers)

-- The traces of winners go along in a field of their own, which older relays pass over; nearly always there is none.
local traceField = {}
if isTraced then
  local traced = {}
  for order, trace in string.gmatch(traces, '(%d+) (%S+)') do
    if won[order] then
      traced[#traced + 1] = order .. ' ' .. trace
    end
  end
  traceField = #traced > 0 and { 'x', table.concat(traced, '\n') } or traceField
end

-- 3. Write. A Redis that is out of memory or cannot persist refuses the first write of a script, so it is all or nothing.
if taken > 0 then
  reply[4] = redis.call('DECRBY', stock, taken)
  redis.call('HSET', buyers, unpack(updates))
  reply[3] = redis.call('HINCRBY', meta, 'version', 1)
  redis.call('XADD', outbox, '*', 'e', life[1], 'v', reply[3], 't', nowMs, 'p', table.concat(winners, '\n'), unpack(traceField))
  if #redeemed > 0 then
    redis.call('ZREM', released, unpack(redeemed))
  end
end
return reply
