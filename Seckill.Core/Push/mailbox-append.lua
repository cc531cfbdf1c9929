-- mailbox-append.lua: append messages to one user's mailbox, each at most once, and wake the hub nodes where the user is connected.
-- KEYS[1] meta    hash    epoch (which life of the mailbox), seq (last assigned), bytes (bodies in the logs), touched, rotated (ms)
-- KEYS[2] normal  stream  {seq}-0 -> x expiresAtMs, b envelope without its seq       KEYS[3] high  stream  the same, of high priority
-- KEYS[4] ids     hash    message id -> seq, of the current window                   KEYS[5] oldIds  hash  of the window before
-- KEYS[6] nodes   hash    hub node -> leaseEndsAtMs                                  (all share the user's hash tag)
-- ARGV[1] freshEpoch, should a life begin   ARGV[2] userId   ARGV[3] channelPrefix, of the nodes   ARGV[4] maxMessages   ARGV[5] maxBytes
-- ARGV[6] retentionMs   ARGV[7] idWindowMs   ARGV[8] maxIds   ARGV[9..] id, priority, ttlMs, body   four for each message; priority is 0 or 1
-- Returns { epoch, seq, state, seq, state, ... } in the order given; state 1 appended, 0 already there (seq is then the first one's).
-- Invariants: seq grows by one for each appended message; an id is remembered for idWindowMs at least, or for the last max-ids messages.
-- Cost O(messages). Safe to resend after a timeout: the same ids answer state 0.
local meta, normal, high, ids, oldIds, nodes = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local freshEpoch, userId, channelPrefix = ARGV[1], ARGV[2], ARGV[3]
local maxMessages, maxBytes = tonumber(ARGV[4]), tonumber(ARGV[5])
local retentionMs, idWindowMs, maxIds = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local firstMessage, fieldsPerMessage = 9, 4

local clock = redis.call('TIME')
local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)

-- 1. The mailbox as it is, or a new life. What an evicted or expired meta left behind belongs to an epoch that nobody can name.
local state = redis.call('HMGET', meta, 'epoch', 'seq', 'bytes', 'touched', 'rotated')
local epoch, seq, bytes = state[1], tonumber(state[2]) or 0, tonumber(state[3]) or 0
local touched, rotated = tonumber(state[4]) or 0, tonumber(state[5]) or nowMs
if not epoch then
  redis.call('UNLINK', normal, high, ids, oldIds)
  epoch, seq, bytes, touched, rotated = freshEpoch, 0, 0, 0, nowMs
end

-- 2. Two generations of ids: dropping the older one whole costs O(1) a window instead of a timer per id.
local slackMs = math.floor(retentionMs / 16)
local refresh = nowMs - touched >= slackMs
if (nowMs - rotated >= idWindowMs or redis.call('HLEN', ids) >= maxIds) and redis.call('EXISTS', ids) == 1 then
  redis.call('RENAME', ids, oldIds)
  rotated, refresh = nowMs, true
end

local function drop(log)
  local entry = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', log, entry[1])
  bytes = bytes - #entry[2][4]
end

-- 3. Append what is new.
local answer = { epoch }
local fresh = {}
for i = firstMessage, #ARGV, fieldsPerMessage do
  local id, priority, ttlMs, body = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3]
  local known = redis.call('HGET', ids, id) or redis.call('HGET', oldIds, id)
  if known then
    answer[#answer + 1] = tonumber(known)
    answer[#answer + 1] = 0
  else
    seq = seq + 1
    local log = priority == '1' and high or normal
    redis.call('XADD', log, seq .. '-0', 'x', nowMs + math.min(ttlMs, retentionMs), 'b', body)
    redis.call('HSET', ids, id, seq)
    bytes = bytes + #body
    -- A key that has just come to be has no expiry yet.
    refresh = refresh or redis.call('XLEN', log) == 1 or redis.call('HLEN', ids) == 1
    answer[#answer + 1] = seq
    answer[#answer + 1] = 1
    fresh[#fresh + 1] = { seq, body }
  end
end

-- 4. Bounds: what is past its time goes first, then the oldest of normal priority, then the oldest of high. A reader sees the hole by the numbers.
for _, log in ipairs({ normal, high }) do
  local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  while oldest and tonumber(oldest[2][2]) <= nowMs do
    drop(log)
    oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  end
end

local normals, highs = redis.call('XLEN', normal), redis.call('XLEN', high)
while normals + highs > maxMessages or bytes > maxBytes do
  if normals > 0 then
    drop(normal)
    normals = normals - 1
  else
    drop(high)
    highs = highs - 1
  end
end

-- 5. Write the position, and refresh the expiries now and then: the ids outlive the log, and the epoch outlives both.
if refresh then
  touched = nowMs
end
redis.call('HSET', meta, 'epoch', epoch, 'seq', seq, 'bytes', bytes, 'touched', touched, 'rotated', rotated)
if refresh then
  redis.call('PEXPIRE', normal, retentionMs + slackMs)
  redis.call('PEXPIRE', high, retentionMs + slackMs)
  redis.call('PEXPIRE', ids, 2 * idWindowMs + slackMs)
  redis.call('PEXPIRE', oldIds, idWindowMs + slackMs)
  redis.call('PEXPIRE', meta, 2 * idWindowMs + 2 * slackMs)
end

-- 6. Wake the nodes. The message rides along, so that a node whose connections stand at seq - 1 need not come back to read it.
if #fresh > 0 then
  local leases = redis.call('HGETALL', nodes)
  for i = 1, #leases, 2 do
    if tonumber(leases[i + 1]) <= nowMs then
      redis.call('HDEL', nodes, leases[i])
    else
      for _, message in ipairs(fresh) do
        redis.call('PUBLISH', channelPrefix .. leases[i], 'W ' .. epoch .. ' ' .. message[1] .. ' ' .. userId .. ' ' .. message[2])
      end
    end
  end
end

return answer
