-- Counts a try. Returns 0, or how many ms remain until the next is let in; a try that is not let in does not count.
-- KEYS: counter. ARGV: limit, ms that a count lasts from the first try on.
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then
  return math.max(1, redis.call('PTTL', KEYS[1]))
end
if redis.call('INCR', KEYS[1]) == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
