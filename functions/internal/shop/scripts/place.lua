-- Places an order unless one was placed under this key, or came from this origin, before. Returns the stored order's
-- number and document, and whether key and origin lead to it ('1' or '0'); nothing where there is none and no document
-- was given. KEYS: orders, order, last number, idempotency keys, origins.
-- ARGV: idempotency key, the order or '', the origin or ''.
local byKey = redis.call('HGET', KEYS[4], ARGV[1])
local byOrigin = ARGV[3] ~= '' and redis.call('HGET', KEYS[5], ARGV[3])
local id = byKey or byOrigin
if id then
  return {id, redis.call('HGET', KEYS[1], id), byKey == id and '1' or '0', byOrigin == id and '1' or '0'}
end
if ARGV[2] == '' then
  return {}
end
id = tostring(redis.call('INCR', KEYS[3]))
redis.call('HSET', KEYS[1], id, ARGV[2])
redis.call('ZADD', KEYS[2], id, id)
redis.call('HSET', KEYS[4], ARGV[1], id)
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[5], ARGV[3], id)
end
return {id, ARGV[2], '1', '1'}
