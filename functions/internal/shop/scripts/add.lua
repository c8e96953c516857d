-- Adds a document to a series under the next number and returns the number, or 0 where the parent is gone.
-- KEYS: documents, order, last number, and for a series that belongs to a document: the documents it is among.
-- ARGV: the document, and the number of the parent.
if KEYS[4] and redis.call('HEXISTS', KEYS[4], ARGV[2]) == 0 then
  return 0
end
local id = redis.call('INCR', KEYS[3])
redis.call('HSET', KEYS[1], id, ARGV[1])
redis.call('ZADD', KEYS[2], id, id)
return id
