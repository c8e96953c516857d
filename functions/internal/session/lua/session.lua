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

-- clock is Redis's own, in ms. It decides when values end, so that no caller's clock can.
local function clock()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- live gives a value an end of its own; with a life of '0' it ends with the session, with '-1' when it would have.
local function live(name, life)
  if life == '-1' then return end
  if life == '0' then
    redis.call('HDEL', key, 'x:' .. name)
    return
  end
  local at, ends = clock() + tonumber(life), tonumber(redis.call('HGET', key, 'ends'))
  redis.call('HSET', key, 'x:' .. name, string.format('%d', at))
  if not ends or at < ends then redis.call('HSET', key, 'ends', string.format('%d', at)) end
end

-- touch sets a lifetime, not a point in time, so that Redis need not share our clock.
local function touch()
  redis.call('HSET', key, 'seen', ARGV[1])
  redis.call('PEXPIRE', key, string.format('%d', math.min(idle, created + absolute - now)))
end
