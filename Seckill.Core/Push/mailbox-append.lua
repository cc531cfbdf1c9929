-- mailbox-append.lua: append messages to the mailboxes of several users, each message at most once, and wake the hub nodes where those users are connected.
-- KEYS[1..] mailbox, nodes   two for each user, in the order of the messages; on a cluster all users of a call share one slot:
--   mailbox  hash  epoch (which life), seq (last assigned), acked, book (see step 1); m:<seq> -> '<expiresAtMs> <n|h> <body>', the messages;
--                  a:<id> and b:<id> -> seq, the message ids of two generations        nodes  hash  hub node -> leaseEndsAtMs
-- ARGV[1] freshEpoch, stem of epochs should lives begin   ARGV[2] channelPrefix, of the nodes   ARGV[3] maxMessages   ARGV[4] maxBytes
-- ARGV[5] retentionMs   ARGV[6] idWindowMs   ARGV[7] maxIds   ARGV[8] maxSpan, seqs between the oldest message kept and the last
-- ARGV[9] maxNormals   ARGV[10] maxNormalBytes, of messages of normal priority: the rest is kept free for high ones
-- ARGV[11] prune, 1 to take nodes out where nobody listens; 0 where PUBLISH does not count all listeners (a cluster, replicas)
-- ARGV[12..] userId, id, priority, ttlMs, body   five for each message, those of one user side by side; priority is 0 (normal) or 1 (high)
-- Returns { epoch, seq, state, seq, state, ..., epoch, ... } in the order given; state 1 appended, 0 already there (seq is then the first one's).
--   When messages that nobody had confirmed were dropped, four counts follow: expired normal, expired high, over the bounds normal, over the bounds high.
-- Invariants: seq grows by one for each appended message; an id is remembered for idWindowMs at least, or for the last max-ids messages; no high message goes for a normal one.
-- Cost O(messages). Safe to resend after a timeout: the same ids answer state 0.
local freshEpoch, channelPrefix = ARGV[1], ARGV[2]
local maxMessages, maxBytes = tonumber(ARGV[3]), tonumber(ARGV[4])
local retentionMs, idWindowMs, maxIds, maxSpan = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local maxNormals, maxNormalBytes, prune = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local firstMessage, fieldsPerMessage = 12, 5

local call = redis.call
local clock = call('TIME')
local nowMs = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local slackMs = math.floor(retentionMs / 16)
local lifeMs = string.format('%d', 2 * idWindowMs + 2 * slackMs)
local answer = {}
local expired, overBounds = 1, 3
local lost, isAnyLost = { 0, 0, 0, 0 }, false

-- The oldest message of a priority, looked for from where the last search ended; nil when there is none.
local function oldest(mailbox, book, priority, seq)
  for at = book[priority], seq do
    local text = call('HGET', mailbox, 'm:' .. at)
    if text then
      local expiresAtMs, letter, body = string.match(text, '^(%d+) (%a) (.*)$')
      if letter == priority then
        book[priority] = at
        return { seq = at, expiresAtMs = tonumber(expiresAtMs), bytes = #body, isNormal = letter == 'n' }
      end
    end
  end
  book[priority] = seq + 1
end

local function drop(mailbox, book, message, acked, reason)
  call('HDEL', mailbox, 'm:' .. message.seq)
  book.count, book.bytes = book.count - 1, book.bytes - message.bytes
  if message.isNormal then
    -- A book of a sender that did not keep these two began them at 0.
    book.normals, book.normalBytes = math.max(0, book.normals - 1), math.max(0, book.normalBytes - message.bytes)
  end
  if message.seq > acked then
    local class = reason + (message.isNormal and 0 or 1)
    lost[class], isAnyLost = lost[class] + 1, true
  end
end

local function isOver(book, priority)
  return book.count > maxMessages or book.bytes > maxBytes or (priority == 'n' and (book.normals > maxNormals or book.normalBytes > maxNormalBytes))
end

-- Rare: what is past its time goes first; then, while normal messages are over their share or all are over the bounds, the oldest of normal priority; then, while all are over the
-- bounds, the oldest of high. A reader sees the hole by the numbers.
local function enforceBounds(mailbox, book, seq)
  local acked = tonumber(call('HGET', mailbox, 'acked') or 0)
  local heads = {}
  for _, priority in ipairs({ 'n', 'h' }) do
    local head = oldest(mailbox, book, priority, seq)
    while head and (head.expiresAtMs <= nowMs or seq - head.seq >= maxSpan) do
      drop(mailbox, book, head, acked, head.expiresAtMs <= nowMs and expired or overBounds)
      head = oldest(mailbox, book, priority, seq)
    end
    heads[priority] = head
  end
  -- Only the heads are looked at from now on: what expires behind them waits until they are gone.
  book.nextExpiry = 0
  for _, priority in ipairs({ 'n', 'h' }) do
    local head = heads[priority]
    while head and isOver(book, priority) do
      drop(mailbox, book, head, acked, overBounds)
      head = oldest(mailbox, book, priority, seq)
    end
    if head and (book.nextExpiry == 0 or head.expiresAtMs < book.nextExpiry) then
      book.nextExpiry = head.expiresAtMs
    end
  end
end

-- Rare: forget the ids of the older generation and let the present one become the older.
local function turnGenerations(mailbox, book)
  local older = book.generation == 'a' and 'b' or 'a'
  local gone = {}
  for _, field in ipairs(call('HKEYS', mailbox)) do
    if string.sub(field, 1, 2) == older .. ':' then
      gone[#gone + 1] = field
    end
  end
  for i = 1, #gone, 1000 do
    call('HDEL', mailbox, unpack(gone, i, math.min(i + 999, #gone)))
  end
  book.generation, book.ids, book.turnedAt = older, 0, nowMs
end

-- When a message expires, and what stands before its body; the same for most messages of a call. Making text of a number costs as much as a small command;
-- %d makes it at a fraction of %.0f's price, exact for what 64 bits hold.
local stamps = {}
local function stampOf(priority, ttlMs)
  local kind = priority .. ttlMs
  if not stamps[kind] then
    local expiresAtMs = nowMs + math.min(tonumber(ttlMs), retentionMs)
    stamps[kind] = { expiresAtMs = expiresAtMs, isNormal = priority ~= '1', text = string.format('%d %s ', expiresAtMs, priority == '1' and 'h' or 'n') }
  end
  return stamps[kind]
end

-- The book: number and bytes of the messages kept, the earliest expiry that can matter, where the oldest message of each priority is to be looked for, when the key's expiry was
-- last set, the present generation of ids: its letter, size and birth; and number and bytes of the normal ones among the messages (left out when there are none).
local function readBook(text)
  if not text then
    return { count = 0, bytes = 0, nextExpiry = 0, n = 1, h = 1, touchedAt = 0, generation = 'a', ids = 0, turnedAt = nowMs, normals = 0, normalBytes = 0 }
  end
  local count, bytes, nextExpiry, n, h, touchedAt, generation, ids, turnedAt, normals, normalBytes =
    string.match(text, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%a) (%d+) (%d+) ?(%d*) ?(%d*)$')
  return {
    count = tonumber(count), bytes = tonumber(bytes), nextExpiry = tonumber(nextExpiry), n = tonumber(n), h = tonumber(h),
    touchedAt = tonumber(touchedAt), generation = generation, ids = tonumber(ids), turnedAt = tonumber(turnedAt),
    normals = tonumber(normals) or 0, normalBytes = tonumber(normalBytes) or 0,
  }
end

local function bookText(book)
  local text = string.format('%d %d %d %d %d %d %s %d %d',
    book.count, book.bytes, book.nextExpiry, book.n, book.h, book.touchedAt, book.generation, book.ids, book.turnedAt)
  return book.normals > 0 and string.format('%s %d %d', text, book.normals, book.normalBytes) or text
end

local first, message = 1, firstMessage
while message <= #ARGV do
  local mailbox, nodes = KEYS[first], KEYS[first + 1]
  local user = ARGV[message]

  -- 1. The mailbox as it is and what it remembers, in one read; or a new life.
  local fields, after = { 'epoch', 'seq', 'book' }, message
  repeat
    local id = ARGV[after + 1]
    fields[#fields + 1] = 'a:' .. id
    fields[#fields + 1] = 'b:' .. id
    after = after + fieldsPerMessage
  until ARGV[after] ~= user
  local state = call('HMGET', mailbox, unpack(fields))
  local epoch, seq = state[1] or (freshEpoch .. first), tonumber(state[2]) or 0

  -- 2. What is new gets the next numbers.
  local fresh, known, before = {}, {}, seq
  answer[#answer + 1] = epoch
  local remembered = 4
  for at = message, after - 1, fieldsPerMessage do
    local id = ARGV[at + 1]
    local earlier = state[remembered] or state[remembered + 1] or known[id]
    remembered = remembered + 2
    if not earlier then
      seq = seq + 1
      known[id] = seq
      fresh[#fresh + 1] = at
    end
    answer[#answer + 1] = tonumber(earlier or seq)
    answer[#answer + 1] = earlier and 0 or 1
  end

  if #fresh > 0 then
    -- 3. Two generations of ids: forgetting the older one whole needs no timer per id.
    local book = readBook(state[3])
    if book.ids > 0 and (nowMs - book.turnedAt >= idWindowMs or book.ids >= maxIds) then
      turnGenerations(mailbox, book)
    end

    -- 4. Messages and ids in one write.
    local writes, numbers = {}, {}
    for i, at in ipairs(fresh) do
      local number, body = string.format('%d', before + i), ARGV[at + 4]
      local stamp = stampOf(ARGV[at + 2], ARGV[at + 3])
      numbers[i] = number
      writes[#writes + 1] = 'm:' .. number
      writes[#writes + 1] = stamp.text .. body
      writes[#writes + 1] = book.generation .. ':' .. ARGV[at + 1]
      writes[#writes + 1] = number
      book.count, book.bytes, book.ids = book.count + 1, book.bytes + #body, book.ids + 1
      if stamp.isNormal then
        book.normals, book.normalBytes = book.normals + 1, book.normalBytes + #body
      end
      if book.nextExpiry == 0 or stamp.expiresAtMs < book.nextExpiry then
        book.nextExpiry = stamp.expiresAtMs
      end
    end
    if nowMs >= book.nextExpiry or isOver(book, 'n') or seq - math.min(book.n, book.h) >= maxSpan then
      call('HSET', mailbox, unpack(writes))
      writes = {}
      enforceBounds(mailbox, book, seq)
    end

    -- 5. The position and the book; now and then the key's expiry: the ids outlive the messages, and the epoch outlives both.
    local refresh = nowMs - book.touchedAt >= slackMs
    if refresh then
      book.touchedAt = nowMs
    end
    call('HSET', mailbox, 'epoch', epoch, 'seq', numbers[#numbers], 'book', bookText(book), unpack(writes))
    if refresh then
      call('PEXPIRE', mailbox, lifeMs)
    end

    -- 6. Wake the nodes. The message rides along, so that a node whose connections stand at seq - 1 need not come back to read it. A node where nobody listens is dead, or
    -- has just lost its subscription: it is taken out, and one that lives finds that at its next visit, which also brings what it missed.
    local leases = call('HGETALL', nodes)
    for i = 1, #leases, 2 do
      if tonumber(leases[i + 1]) <= nowMs then
        call('HDEL', nodes, leases[i])
      else
        for j, at in ipairs(fresh) do
          local heard = call('PUBLISH', channelPrefix .. leases[i], 'W ' .. epoch .. ' ' .. numbers[j] .. ' ' .. user .. ' ' .. ARGV[at + 4])
          if heard == 0 and prune == 1 then
            call('HDEL', nodes, leases[i])
            break
          end
        end
      end
    end
  end

  first, message = first + 2, after
end

if isAnyLost then
  for class = 1, #lost do
    answer[#answer + 1] = lost[class]
  end
end
return answer
