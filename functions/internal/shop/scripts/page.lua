-- Reads one page of a series: number and document by turns.
-- KEYS: documents, order. ARGV: ZRANGEBYSCORE or ZREVRANGEBYSCORE, its two bounds, how many at most.
local found = {}
for _, id in ipairs(redis.call(ARGV[1], KEYS[2], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])) do
  found[#found + 1] = id
  found[#found + 1] = redis.call('HGET', KEYS[1], id)
end
return found
