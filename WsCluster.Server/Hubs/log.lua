-- Reads a hub's log from an offset on.
--
-- KEYS[1]  hash    the hub (hub.lua)
-- KEYS[2]  list    what each entry of the log holds (hub.lua)
-- KEYS[3]  list    the messages of each entry
-- ARGV[1]  offset of the last message that is not wanted
-- ARGV[2]  bytes of messages after which the answer ends; it has one entry at least
-- Result: { epoch, last offset of the hub, offset up to which the log was trimmed, whether more entries follow (1 or 0),
--           then of each entry: head, the messages }

local hub = redis.call('HMGET', KEYS[1], 'e', 's')
local offset, trimmed, count = string.match(hub[2] or '0;0;0;', '^(%d+);(%d+);(%d+);')
local after, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local length = redis.call('LLEN', KEYS[2])
local result = { hub[1] or '0', offset, trimmed, 0 }
if length == 0 then
  if tonumber(count) > 0 then
    result[3] = offset -- It has expired.
  end
  return result
end

-- The first entry that ends beyond the offset.
local low, high = 0, length
while low < high do
  local middle = math.floor((low + high) / 2)
  local first, places = string.match(redis.call('LINDEX', KEYS[2], middle), '^(%d+);.*;(%d+);%d+;%d+$')
  if first + places - 1 > after then
    high = middle
  else
    low = middle + 1
  end
end

-- In ranges: where a list is a linked one, as in Garnet, each element by its index is a walk of its own.
local bytes = 0
while low < length and bytes < limit do
  local heads = redis.call('LRANGE', KEYS[2], low, low + 255)
  local wanted = 0
  while wanted < #heads and bytes < limit do
    wanted = wanted + 1
    local head, size = string.match(heads[wanted], '^(.*;)%d+;(%d+);%d+$')
    heads[wanted] = head
    bytes = bytes + size
  end
  local messages = redis.call('LRANGE', KEYS[3], low, low + wanted - 1)
  for i = 1, wanted do
    result[#result + 1] = heads[i]
    result[#result + 1] = messages[i]
  end
  low = low + wanted
end

if low < length then
  result[4] = 1
end
return result
