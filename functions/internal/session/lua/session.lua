-- Every script on a session begins with this text.
-- KEYS: session; of a signed-in user also: epoch, index   ARGV: now, idle, absolute (ms), then the script's own
local key, epoch, index = KEYS[1], KEYS[2], KEYS[3]
local now, idle, absolute = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local meta = redis.call('HMGET', key, 'created', 'seen', 'epoch', 'moved')
local created, seen, moved = tonumber(meta[1]), tonumber(meta[2]), meta[4]

-- current is the user's epoch; 0 while nobody has signed out everywhere.
local function current()
  return tonumber(epoch and redis.call('GET', epoch) or 0)
end

-- state asks for the epoch before it asks for the move: what was ended leads nowhere.
-- A tombstone has no creation time and so is gone, as is what was never there.
local function state()
  if not created or now >= created + absolute or now >= seen + idle then return 'gone' end
  if tonumber(meta[3]) < current() then return 'gone' end
  return moved and 'moved' or 'alive'
end

-- touch sets a lifetime, not a point in time, so that Redis need not share our clock.
local function touch()
  redis.call('HSET', key, 'seen', ARGV[1])
  redis.call('PEXPIRE', key, string.format('%d', math.min(idle, created + absolute - now)))
end
