-- Stores the report of a city unless another came since the caller read: 1 done, 0 changed meanwhile.
-- KEYS: reports. ARGV: city, the report that was read or '', the new one.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
