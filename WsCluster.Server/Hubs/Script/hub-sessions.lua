-- Sessions of reliable clients, and what is remembered of messages that were taken. Third part of hub.lua.

local taken, limits                     -- sorted set -> member that says that a message was taken -> the message's place; -> members at most
local same                              -- place -> that of the message in this batch that it repeats
local ends                              -- ackIds of a session whose client is gone -> how long they stay (ms)
local int, mine, take_over, join, leave, remember
if #KEYS > others then
  taken, limits, same, ends = {}, {}, {}, {}

  function int(value)
    return string.format('%d', value)
  end

  function mine(key, generation)
    local session = redis.call('HMGET', key, 'g', 'o')
    if not session[1] then
      return 0
    end
    return session[1] == generation and 1 or -1
  end

  function take_over(key, ackids, name, token, place, body)
    local hash = redis.call('HGETALL', key)
    local fields = {}
    for j = 1, #hash, 2 do
      fields[hash[j]] = hash[j + 1]
    end
    if not fields.k then
      return 'There is no such session, or it is over.'
    end
    if fields.k ~= token then
      return 'The reconnection token is not that of the session.'
    end
    if repeated and fields.o ~= own then
      return '' -- It was taken, and has left since. It lives: its client may ask again.
    end
    local generation = tonumber(fields.g)
    local position = tonumber(fields.d or redis.call('HGET', KEYS[5], fields.o) or 0)
    if not repeated then
      if position < trimmed then
        return 'The session is too far behind: the log does not reach back to what it needs.'
      end
      generation = generation + 1
      redis.call('SADD', KEYS[7], name)
      redis.call('HSET', key, 'o', own, 'g', int(generation), 'd', int(position))
      redis.call('PERSIST', key)
      redis.call('PERSIST', ackids)
      ends[ackids] = nil
      if fields.o ~= '' and fields.o ~= own then
        post(fields.o, body)
      end
    end
    return { int(first + place - 1), int(generation), int(position), int(trimmed), hash }
  end

  -- Intervals of offsets in which the client was in a group: 'after first-up to;after first-up to;…', open at the end while it is in it.
  function join(key, group, at)
    local before = redis.call('HGET', key, 'G' .. group) or ''
    if string.sub(before, -1) ~= '-' then
      redis.call('HSET', key, 'G' .. group, before .. int(at) .. '-')
    end
  end

  -- Closes the open interval, if there is one, and forgets those that the client has acknowledged.
  local function close(key, field, intervals, after, acknowledged)
    local kept = {}
    for from, to in string.gmatch(intervals, '(%d+)-(%d*);?') do
      if to == '' and not after then
        kept[#kept + 1] = from .. '-'
      else
        to = to == '' and after or tonumber(to)
        if to > tonumber(from) and to > acknowledged then
          kept[#kept + 1] = from .. '-' .. int(to) .. ';'
        end
      end
    end
    local text = table.concat(kept)
    if text == '' then
      redis.call('HDEL', key, field)
    elseif text ~= intervals then
      redis.call('HSET', key, field, text)
    end
  end

  function leave(key, group, after)
    local acknowledged = tonumber(redis.call('HGET', key, 'd') or redis.call('HGET', KEYS[5], own) or 0)
    local before = redis.call('HGET', key, 'G' .. group)
    if before then
      close(key, 'G' .. group, before, after, acknowledged)
    end
    local fields = redis.call('HLEN', key)
    if fields > 100 and fields % 50 == 0 then
      -- Groups that the client has left long ago.
      local hash = redis.call('HGETALL', key)
      for j = 1, #hash, 2 do
        if string.sub(hash[j], 1, 1) == 'G' then
          close(key, hash[j], hash[j + 1], nil, acknowledged)
        end
      end
    end
  end

  -- That messages were taken, and how long to know it. After a batch is in the log: without it, who sends again would be told so.
  function remember()
    for key, members in pairs(taken) do
      for member, place in pairs(members) do
        if result[place] ~= -2 and (result[place] ~= 0 or not repeated and not direct[place]) then
          redis.call('ZADD', key, 'NX', int(now), member)
        end
      end
      if redis.call('ZCARD', key) > limits[key] + 100 then
        redis.call('ZREMRANGEBYRANK', key, 0, -limits[key] - 1)
      end
    end
    for key, ms in pairs(ends) do
      redis.call('PEXPIRE', key, ms)
    end
  end
end
