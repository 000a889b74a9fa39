-- Reads a hub's log from an offset on.
--
-- KEYS[1]  hash    the hub (hub.lua)
-- KEYS[2]  list    what each entry of the log holds (hub.lua)
-- KEYS[3]  list    the pieces of each entry
-- ARGV[1]  offset of the last message that is not wanted
-- ARGV[2]  bytes of messages after which the answer ends; it has one entry at least
-- Result: { last offset of the hub, offset up to which the log was trimmed, whether more entries follow (1 or 0),
--           then of each entry: head, messages }

local state = redis.call('HGET', KEYS[1], 'state')
local _, offset, trimmed, count, ever, held = 0, 0, 0, 0, 0, 0
if state then
  _, offset, trimmed, count, _, _, ever, held = struct.unpack('>dddddddd', state)
end
local after, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local length = redis.call('LLEN', KEYS[2])
local result = { offset, trimmed, 0 }
local gone = length > 0 and struct.unpack('>d', string.sub(redis.call('LINDEX', KEYS[2], 0), 17)) -- Pieces before those of the oldest.
if gone ~= ever - held or redis.call('LLEN', KEYS[3]) < held then
  if count > 0 then
    result[2] = offset -- It has expired, or is not what the state says.
  end
  return result
end
if struct.unpack('>d', string.sub(redis.call('LINDEX', KEYS[2], -1), 17)) == ever then
  length = length - 1 -- Of a call that has broken off.
end

-- The first entry that ends beyond the offset.
local low, high = 0, length
while low < high do
  local middle = math.floor((low + high) / 2)
  local places, _, _, _, _, first = struct.unpack('>HHIddd', redis.call('LINDEX', KEYS[2], middle))
  if first + places - 1 > after then
    high = middle
  else
    low = middle + 1
  end
end

-- In ranges: where a list is a linked one, as in Garnet, each element by its index is a walk of its own.
local bytes = 0
while low < length and bytes < limit do
  local entries = redis.call('LRANGE', KEYS[2], low, math.min(low + 255, length - 1))
  local wanted, start, stop = 0, nil, nil
  local pieces = {}
  while wanted < #entries and bytes < limit do
    wanted = wanted + 1
    local _, in_it, size, _, before = struct.unpack('>HHIdd', entries[wanted])
    start, stop = start or before, before + in_it
    pieces[wanted] = in_it
    bytes = bytes + size
  end
  local messages, next = redis.call('LRANGE', KEYS[3], string.format('%d', start - gone), string.format('%d', stop - gone - 1)), 1
  for i = 1, wanted do
    result[#result + 1] = string.sub(entries[i], 25)
    result[#result + 1] = table.concat(messages, '', next, next + pieces[i] - 1)
    next = next + pieces[i]
  end
  low = low + wanted
end

if low < length then
  result[3] = 1
end
return result
