-- load returns the session's fields, none if it is gone, and notes once in a while that it was seen.
local is = state()
if is == 'gone' then return {} end
if is == 'alive' and now - seen >= idle / 10 then touch() end
return redis.call('HGETALL', key)
