-- load returns the session's fields, none if it is gone, and notes once in a while that it was seen.
-- With them comes the time, field clock, by which the reader knows what has ended.
local is = state()
if is == 'gone' then return {} end
if is == 'alive' and now - seen >= idle / 10 then touch() end
local fields = redis.call('HGETALL', key)
table.insert(fields, 'clock')
table.insert(fields, string.format('%d', clock()))
return fields
