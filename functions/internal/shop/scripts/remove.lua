-- Removes a document and the series that belong to it: 1 done, 0 changed meanwhile, -1 gone.
-- KEYS: documents, order, then the keys of what belongs to the document. ARGV: number, version read or 0 for any.
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then
  return -1
end
if ARGV[2] ~= '0' and string.match(stored, '^%d+') ~= ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
for i = 3, #KEYS do
  redis.call('DEL', KEYS[i])
end
return 1
