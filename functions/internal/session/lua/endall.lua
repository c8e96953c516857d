-- endall begins a user's new epoch, which ends all sessions of older ones. Epochs are times, so that the key may
-- expire when no session can be left that is older, and the next epoch is still a later one.
-- KEYS: epoch, index   ARGV: now, absolute (ms)
local old = tonumber(redis.call('GET', KEYS[1]) or 0)
local next = math.max(old + 1, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%d', next), 'PX', string.format('%d', tonumber(ARGV[2]) + 60000))
redis.call('DEL', KEYS[2]) -- list relies on it
return 'ended'
