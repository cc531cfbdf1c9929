-- push-publish.lua: publish a message that is stored nowhere to all hub nodes, at most once by its id.
-- KEYS[1] sent   string  '1' while the id is remembered
-- ARGV[1] channel, of all nodes   ARGV[2] message, bytes for the backplane   ARGV[3] rememberMs
-- Returns 1 when it was published, 0 when it had been before.
-- Cost O(1) and what one PUBLISH costs. Safe to resend after a timeout: mark and message come in one step, so there is never one without the other.
local sent = KEYS[1]
local channel, message, rememberMs = ARGV[1], ARGV[2], ARGV[3]

if not redis.call('SET', sent, '1', 'NX', 'PX', rememberMs) then
  return 0
end
redis.call('PUBLISH', channel, message)
return 1
