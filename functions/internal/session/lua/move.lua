-- move marks a session as moved and so freezes it; its values stay until the new one has them.
-- ARGV[4]: where to, [5], [6]: the new one's user and agent
local is = state()
if is == 'alive' then
  redis.call('HSET', key, 'moved', ARGV[4], 'heir', ARGV[5], 'heir-agent', ARGV[6])
end
return is
