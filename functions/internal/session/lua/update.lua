-- update applies changes to a session that is alive. A script that fails half-way is not rolled back, so
-- everything is worked out before anything is written.
-- ARGV[4]: largest size, [5]: largest counter; then op, name, value, life (ms), …
local is = state()
if is ~= 'alive' then return is end

-- prune removes the values that have ended. Nobody can see them, so it may write at once.
local function prune()
  local time, ends = clock(), tonumber(redis.call('HGET', key, 'ends'))
  if not ends or time < ends then return end
  local earliest
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 2) == 'x:' then
      local at, value = tonumber(redis.call('HGET', key, field)), 'v' .. string.sub(field, 2)
      if time < at then
        earliest = math.min(at, earliest or at)
      else
        redis.call('HINCRBY', key, 'size', string.format('%d', -#value - #redis.call('HGET', key, value)))
        redis.call('HDEL', key, field, value)
      end
    end
  end
  redis.call('HDEL', key, 'ends')
  if earliest then redis.call('HSET', key, 'ends', string.format('%d', earliest)) end
end

local function counter(text)
  local n = string.match(text, '^%-?%d+$') and tonumber(text)
  return n and math.abs(n) <= tonumber(ARGV[5]) and n
end

prune()
local size = tonumber(redis.call('HGET', key, 'size'))
local set, lives, removed = {}, {}, {}
for i = 6, #ARGV, 4 do
  local op, name, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local field = 'v:' .. name
  local old = redis.call('HGET', key, field)
  if op == 'expect' then
    if (old or '') ~= value then return 'conflict' end
  else
    if op == 'add' then
      local n, more = counter(old or '0'), counter(value)
      value = n and more and string.format('%d', n + more)
      if not value or not counter(value) then return 'not a counter' end
      if value == '0' then op = 'delete' end
    end
    if old then size = size - #field - #old end
    if op == 'delete' then
      table.insert(removed, name)
    else
      size = size + #field + #value
      set[field] = value
      if op == 'set' then lives[name] = ARGV[i + 3] end
    end
  end
end
if size > tonumber(ARGV[4]) then return 'too large' end

for field, value in pairs(set) do redis.call('HSET', key, field, value) end
for name, life in pairs(lives) do live(name, life) end
for _, name in ipairs(removed) do redis.call('HDEL', key, 'v:' .. name, 'x:' .. name) end
redis.call('HSET', key, 'size', string.format('%d', size))
redis.call('HINCRBY', key, 'version', 1)
touch()
return 'alive'
