-- room-visit.lua: moves a sale's waiting room on (the silent leave it, the next are admitted), and answers one user of it, or nobody.
-- KEYS[1] room       hash   epoch, seq (last place given), head (last place that left the queue), millionths (of an admission, that are left), atUs, heardMs, pardonMs
-- KEYS[2] waiting    zset   userId -> place
-- KEYS[3] admitted   zset   userId -> place
-- KEYS[4] deadlines  zset   userId -> ms: when a waiting user counts as gone unless he is heard, when an admission ends         (all share the sale's hash tag)
-- ARGV[1] ask             0 = nobody's, the room is only moved on; 1 = look; 2 = join
-- ARGV[2] userId          empty when nobody asks
-- ARGV[3] ticketEpoch, ARGV[4] ticketPlace   what the user's ticket says; 0 = none was shown
-- ARGV[5] admitPerSecond  ARGV[6] maxWaiting   ARGV[7] silenceMs   ARGV[8] admissionMs   ARGV[9] keepMs, after which an unvisited room is forgotten
-- Returns { answer, epoch, place, ahead, head, waiting, leftMs, nowMs, admittedNow, silentNow }; ahead counts those still there, leftMs is what an admission has left
-- Invariants: one place per user. Admitted in the order of places, at most admitPerSecond in a second and one second's worth more. waiting <= maxWaiting. All times are this server's.
-- Time in which nobody at all was heard is nobody's silence: after an outage, or when this server's clock was set forward, everyone has silenceMs to be heard again.
-- Cost O(log n) for the answer, and for each of at most 100 who fell silent and 500 who are admitted; what is left over is the next visit's. Safe to resend: a user who has a place keeps it.
-- answer (RoomAnswer):   0 None   1 Waiting   2 Admitted   3 Full   4 Emptied
local room, waiting, admitted, deadlines = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ask, userId, ticketEpoch, ticketPlace = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local admitPerSecond, maxWaiting, silenceMs, admissionMs, keepMs = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local NONE, WAITING, ADMITTED, FULL, EMPTIED = 0, 1, 2, 3, 4
local MAX_SILENT, MAX_ADMITTED, CROWD = 100, 500, 20000

local time = redis.call('TIME')
local nowUs = time[1] * 1000000 + time[2]
local nowMs = math.floor(nowUs / 1000)
local full = admitPerSecond * 1000000

-- 1. The room as it was left. Only who joins makes one: a ticket for a room that is not there is from before Redis forgot it.
local kept = redis.call('HMGET', room, 'epoch', 'seq', 'head', 'millionths', 'atUs', 'heardMs', 'pardonMs')
if not kept[1] and ask ~= 2 then
  return { ticketEpoch > 0 and EMPTIED or NONE, 0, 0, 0, 0, 0, 0, nowMs, 0, 0 }
end
local epoch, seq, head = tonumber(kept[1]) or nowUs, tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
local millionths, atUs = tonumber(kept[4]) or full, tonumber(kept[5]) or nowUs
local heardMs, pardonMs = tonumber(kept[6]) or nowMs, tonumber(kept[7]) or 0
millionths = math.min(full, millionths + math.max(0, nowUs - atUs) * admitPerSecond)

-- A crowd is asked to look less often, so that it does not make more visits than this server takes: RoomStanding.LookEvery is the same rule.
local patienceMs = math.floor(silenceMs * math.max(1, redis.call('ZCARD', waiting) / CROWD))

-- 2. Who speaks is there, and whether anybody did lately.
if nowMs - heardMs > silenceMs / 2 then
  pardonMs = nowMs + silenceMs
end
if ask > 0 then
  heardMs = nowMs
  if redis.call('ZSCORE', waiting, userId) then
    redis.call('ZADD', deadlines, nowMs + patienceMs, userId)
  end
end

-- 3. Whose time is over leaves.
local silentNow, admittedNow = 0, 0
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', deadlines, '-inf', nowMs, 'LIMIT', 0, MAX_SILENT)) do
  if nowMs < pardonMs and redis.call('ZSCORE', waiting, gone) then
    redis.call('ZADD', deadlines, pardonMs, gone)
  else
    silentNow = silentNow + redis.call('ZREM', waiting, gone)
    redis.call('ZREM', admitted, gone)
    redis.call('ZREM', deadlines, gone)
  end
end

-- 4. The next are admitted. Whoever is silent and was not reached above takes no admission from the others.
local function admit()
  for _ = 1, MAX_ADMITTED do
    if millionths < 1000000 then
      return
    end
    local first = redis.call('ZPOPMIN', waiting)
    if not first[1] then
      return
    end
    head = tonumber(first[2])
    local deadline = tonumber(redis.call('ZSCORE', deadlines, first[1]) or 0)
    if deadline <= nowMs and nowMs >= pardonMs then
      silentNow = silentNow + 1
      redis.call('ZREM', deadlines, first[1])
    else
      admittedNow = admittedNow + 1
      millionths = millionths - 1000000
      redis.call('ZADD', admitted, first[2], first[1])
      redis.call('ZADD', deadlines, nowMs + admissionMs, first[1])
    end
  end
end
admit()

-- 5. The user. An admission that is over, but was not reached above, is none.
local function find()
  local place = redis.call('ZSCORE', waiting, userId)
  if place then
    return WAITING, tonumber(place), 0
  end
  place = redis.call('ZSCORE', admitted, userId)
  local leftMs = place and tonumber(redis.call('ZSCORE', deadlines, userId) or 0) - nowMs or 0
  if leftMs > 0 then
    return ADMITTED, tonumber(place), leftMs
  end
  return NONE, 0, 0
end
local answer, place, leftMs, ahead = NONE, 0, 0, 0
if ask > 0 then
  answer, place, leftMs = find()
end
if ask == 2 and answer == NONE then
  if redis.call('ZCARD', waiting) >= maxWaiting then
    answer = FULL
  else
    seq = seq + 1
    redis.call('ZREM', admitted, userId)
    redis.call('ZADD', waiting, seq, userId)
    redis.call('ZADD', deadlines, nowMs + patienceMs, userId)
    admit()
    answer, place, leftMs = find()
  end
elseif ask == 1 and ticketEpoch > 0 and ticketEpoch ~= epoch then
  answer, place, leftMs = EMPTIED, 0, 0
elseif ask == 1 and ticketPlace > 0 and ticketPlace ~= place then
  answer, place, leftMs = NONE, 0, 0
end
if answer == WAITING then
  ahead = redis.call('ZRANK', waiting, userId)
end

-- 6. The room as it is left.
redis.call('HSET', room, 'epoch', string.format('%.0f', epoch), 'seq', seq, 'head', head, 'millionths', string.format('%.0f', millionths),
  'atUs', string.format('%.0f', nowUs), 'heardMs', string.format('%.0f', heardMs), 'pardonMs', string.format('%.0f', pardonMs))
redis.call('PEXPIRE', room, keepMs)
redis.call('PEXPIRE', waiting, keepMs)
redis.call('PEXPIRE', admitted, keepMs)
redis.call('PEXPIRE', deadlines, keepMs)
return { answer, epoch, place, ahead, head, redis.call('ZCARD', waiting), leftMs, nowMs, admittedNow, silentNow }
