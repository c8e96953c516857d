-- create makes a session unless its key is there, be it a session or the tombstone of one.
-- ARGV[4], [5]: user, agent; then name, value, life (ms), …
if redis.call('EXISTS', key) == 1 then return state() end

local size = 0
for i = 6, #ARGV, 3 do
  local field, value = 'v:' .. ARGV[i], ARGV[i + 1]
  size = size + #field + #value
  redis.call('HSET', key, field, value)
  live(ARGV[i], ARGV[i + 2])
end
redis.call('HSET', key, 'created', ARGV[1], 'epoch', string.format('%d', current()),
  'user', ARGV[4], 'agent', ARGV[5], 'version', '1', 'size', string.format('%d', size))
created = now
touch()

if index then
  redis.call('ZREMRANGEBYSCORE', index, '-inf', ARGV[1])
  redis.call('ZADD', index, string.format('%d', now + absolute), string.match(key, '[^:]+$'))
  redis.call('PEXPIRE', index, ARGV[3])
end
return 'alive'
