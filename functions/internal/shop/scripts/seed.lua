-- Fills a hash with the data set of one version, unless that version or a later one is there.
-- Data and version change together, so functions that find both missing at once load them once,
-- and one that still runs an older build never takes a newer data set back.
-- KEYS: the hash. ARGV: field and value by turns, of which the first pair is the version.
local loaded = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if loaded >= tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
