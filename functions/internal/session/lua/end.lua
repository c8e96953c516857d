-- end replaces a session by a tombstone, which keeps whoever still completes a move to this key from
-- making it anew. A moved session that leads here dies of idleness before the tombstone does.
local is = state()
if is == 'moved' then return is end
if redis.call('DEL', key) == 1 then
  redis.call('HSET', key, 'dead', '1')
  redis.call('PEXPIRE', key, string.format('%d', idle + 60000))
end
if index then redis.call('ZREM', index, string.match(key, '[^:]+$')) end
return is
