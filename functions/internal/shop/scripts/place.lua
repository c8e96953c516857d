-- Places an order unless one was placed under this key before. Returns the stored order's number and document;
-- nothing where there is none and no document was given.
-- KEYS: orders, order, last number, idempotency keys. ARGV: idempotency key, the order or ''.
local id = redis.call('HGET', KEYS[4], ARGV[1])
if id then
  return {id, redis.call('HGET', KEYS[1], id)}
end
if ARGV[2] == '' then
  return {}
end
id = tostring(redis.call('INCR', KEYS[3]))
redis.call('HSET', KEYS[1], id, ARGV[2])
redis.call('ZADD', KEYS[2], id, id)
redis.call('HSET', KEYS[4], ARGV[1], id)
return {id, ARGV[2]}
