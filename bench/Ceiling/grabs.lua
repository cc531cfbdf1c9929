-- grabs.lua for wrk: every request is another user's grab.
-- wrk ... -s grabs.lua URL -- PATH TOKENS FIRST COUNT WIDTH THREADS [GRABTOKENS]
-- PATH of the grab; TOKENS a file of bearer tokens, each WIDTH bytes with its newline; FIRST and COUNT: which of them this run may use, shared out over THREADS.
-- GRABTOKENS: a file of COUNT lines, the grab tokens of the same users.
-- Prints one line of JSON at the end. A thread that has used its share begins again, which the answers (409) then show.
local threads = 0

function setup(thread)
  thread:set('index', threads)
  threads = threads + 1
end

function init(args)
  local path, tokens, first, count, width, all = args[1], args[2], tonumber(args[3]), tonumber(args[4]), tonumber(args[5]), tonumber(args[6])
  local share = math.floor(count / all)
  local file = assert(io.open(tokens, 'rb'))
  file:seek('set', (first + index * share) * width)
  local grabTokens = args[7] and assert(io.open(args[7], 'rb'))
  if grabTokens then
    for _ = 1, index * share do
      grabTokens:read('*l')
    end
  end
  local head = 'POST ' .. path .. ' HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer '
  requests, at = {}, 0
  for i = 1, share do
    local token = string.sub(file:read(width), 1, width - 1)
    local grabToken = grabTokens and '\r\nX-Grab-Token: ' .. grabTokens:read('*l') or ''
    requests[i] = head .. token .. grabToken .. '\r\nContent-Length: 0\r\n\r\n'
  end
  file:close()
  if grabTokens then
    grabTokens:close()
  end
end

function request()
  at = at + 1
  if at > #requests then
    at = 1
  end
  return requests[at]
end

function done(summary, latency)
  print(string.format(
    '{"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,"notAccepted":%d,"failed":%d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
