-- update applies changes to a session that is alive. A script that fails half-way is not rolled back, so
-- everything is worked out before anything is written.
-- ARGV[4]: largest size, [5]: largest counter; then op, name, value, …
local is = state()
if is ~= 'alive' then return is end

local function counter(text)
  local n = string.match(text, '^%-?%d+$') and tonumber(text)
  return n and math.abs(n) <= tonumber(ARGV[5]) and n
end

local size = tonumber(redis.call('HGET', key, 'size'))
local set, removed = {}, {}
for i = 6, #ARGV, 3 do
  local op, field, value = ARGV[i], 'v:' .. ARGV[i + 1], ARGV[i + 2]
  local old = redis.call('HGET', key, field)
  if op == 'add' then
    local n, more = counter(old or '0'), counter(value)
    value = n and more and string.format('%d', n + more)
    if not value or not counter(value) then return 'not a counter' end
    if value == '0' then op = 'delete' end
  end
  if old then size = size - #field - #old end
  if op == 'delete' then
    table.insert(removed, field)
  else
    size = size + #field + #value
    set[field] = value
  end
end
if size > tonumber(ARGV[4]) then return 'too large' end

for field, value in pairs(set) do redis.call('HSET', key, field, value) end
for _, field in ipairs(removed) do redis.call('HDEL', key, field) end
redis.call('HSET', key, 'size', string.format('%d', size))
redis.call('HINCRBY', key, 'version', 1)
touch()
return 'alive'
