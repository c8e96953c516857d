-- Replaces a document if it still has the version that the caller read: 1 done, 0 changed meanwhile, -1 gone.
-- KEYS: documents. ARGV: number, version read, new document.
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then
  return -1
end
if string.match(stored, '^%d+') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
