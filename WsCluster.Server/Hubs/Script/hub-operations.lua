-- The operations of a batch, one after another. Fourth part of hub.lua.

local i, skip = 6 + set_count, false
while i <= #ARGV do
  local operation, subject, body = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if operation == 'p' then
    -- Place of the first set's first byte, and so on.
    local places_of_sets = { string.byte(subject, 1, -1) }
    for j = 1, #places_of_sets, 2 do
      n = n + 1
      if repeated then
        result[n] = told[n] or 1
      elseif skip then
        result[n], special = -2, special .. n .. '=-2,'
      else
        send(ARGV[i + 2 + (j - 1) / 2], inboxes_in(sets[places_of_sets[j] * 256 + places_of_sets[j + 1]]))
      end
    end
    skip = false
    i = i + 2 + #places_of_sets / 2
  elseif operation == 'k' then
    local key = KEYS[others + subject]
    local members = taken[key]
    if not members then
      members = {}
      taken[key], limits[key] = members, tonumber(ARGV[i + 3])
    end
    skip = not repeated and (members[body] or redis.call('ZSCORE', key, body))
    if not skip then
      members[body] = members[body] or n + 1
    else
      same[n + 1] = members[body]
    end
    i = i + 4
  elseif operation == 'u' or operation == 'c' or operation == 's' then
    n = n + 1
    if repeated then
      result[n] = told[n] or 1
    elseif skip then
      result[n], special = -2, special .. n .. '=-2,'
    elseif operation == 'c' then
      send(body, { subject })
    elseif operation == 'u' then
      direct[n] = KEYS[others + body]
      send(ARGV[i + 3], inboxes_in(sets[tonumber(subject)]))
    else
      direct[n] = true
      local owner = redis.call('HGET', KEYS[others + subject], 'o')
      if owner then
        special = special .. n .. '=-1,'
        send(ARGV[i + 3], owner == '' and {} or { owner }, -1)
      else
        send(ARGV[i + 3], { body })
      end
    end
    skip = false
    i = i + (operation == 'c' and 3 or 4)
  else
    n = n + 1
    result[n] = 1
    local place = tonumber(subject) or 0
    local key = KEYS[others + place]
    if operation == '+' or operation == '-' then
      local set = string.match(sets[place] or '', '^%S*')
      local at = string.find(';' .. set, ';' .. own .. ';', 1, true)
      if operation == '+' then
        redis.call('SADD', KEYS[7], body)
        if not at then
          sets[place] = string.format('%-65s', set .. own .. ';')
          redis.call('HSET', KEYS[6], body, sets[place])
        end
      else
        if at then
          set = string.sub(set, 1, at - 1) .. string.sub(set, at + #own + 1)
          sets[place] = set
          if set == '' then
            redis.call('HDEL', KEYS[6], body)
          else
            redis.call('HSET', KEYS[6], body, string.format('%-65s', set))
          end
        end
        redis.call('SREM', KEYS[7], body)
      end
      i = i + 3
    elseif operation == 'h' then
      post(own, '')
      redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now - max_age))
      i = i + 2
    elseif operation == 'n' then
      local at = first + tonumber(ARGV[i + 3]) - 1
      local fields, next = tonumber(ARGV[i + 4]), i + 5
      if not repeated then
        redis.call('SADD', KEYS[7], body)
        redis.call('HSET', key, 'o', own, 'g', '1', 'd', int(at), unpack(ARGV, next, next + 2 * fields - 1))
      end
      next = next + 2 * fields
      for j = next + 1, next + tonumber(ARGV[next]) do
        if not repeated then
          join(key, ARGV[j], at)
        end
      end
      i = next + tonumber(ARGV[next]) + 1
    elseif operation == 't' then
      result[n] = take_over(key, KEYS[others + place + 1], body, ARGV[i + 3], tonumber(ARGV[i + 4]), ARGV[i + 5])
      i = i + 6
    elseif operation == 'v' then
      result[n] = mine(key, ARGV[i + 3])
      if result[n] == 1 then
        local session = redis.call('HMGET', key, 'o', 'd')
        local position = session[2] or redis.call('HGET', KEYS[5], session[1]) or '0'
        redis.call('SADD', KEYS[7], body)
        redis.call('HSET', key, 'o', own, 'd', position)
        redis.call('PERSIST', key)
        redis.call('PERSIST', KEYS[others + place + 1])
        ends[KEYS[others + place + 1]] = nil
      end
      i = i + 4
    elseif operation == 'j' then
      result[n] = mine(key, body)
      if result[n] == 1 then
        join(key, ARGV[i + 3], first + tonumber(ARGV[i + 4]))
      end
      i = i + 5
    elseif operation == 'l' then
      result[n] = mine(key, body)
      if result[n] == 1 then
        leave(key, ARGV[i + 3], tonumber(ARGV[i + 4]))
      end
      i = i + 5
    elseif operation == 'a' then
      result[n] = mine(key, body)
      if result[n] == 1 then
        if ARGV[i + 3] == '' then
          redis.call('HDEL', key, 'd')
        else
          redis.call('HSET', key, 'd', ARGV[i + 3])
        end
      end
      i = i + 4
    elseif operation == 'q' then
      redis.call('HSET', KEYS[5], own, ARGV[i + 1])
      i = i + 2
    elseif operation == 'd' then
      result[n] = mine(key, ARGV[i + 3])
      if result[n] == 1 then
        redis.call('PEXPIRE', key, ARGV[i + 5])
        ends[KEYS[others + place + 1]] = ARGV[i + 5]
        if ARGV[i + 6] ~= '' then
          local detached = KEYS[others + ARGV[i + 6]]
          redis.call('SADD', detached, ARGV[i + 7])
          redis.call('PEXPIRE', detached, ARGV[i + 5])
        end
        redis.call('HSET', key, 'o', '', 'd', ARGV[i + 4])
        redis.call('SREM', KEYS[7], body)
      end
      i = i + 8
    elseif operation == 'x' then
      result[n] = mine(key, ARGV[i + 3])
      if result[n] == 1 then
        redis.call('DEL', key, KEYS[others + place + 1])
        redis.call('SREM', KEYS[7], body)
      end
      if result[n] ~= -1 then
        taken[KEYS[others + place + 1]] = nil
      end
      i = i + 4
    elseif operation == 'f' then
      redis.call('SREM', key, body)
      i = i + 3
    elseif operation == 'z' then
      redis.call('ZREM', key, body)
      i = i + 3
    elseif operation == 'o' then
      redis.call('SREM', KEYS[7], ARGV[i + 1])
      i = i + 2
    else
      return redis.error_reply('ERR unknown operation ' .. operation)
    end
  end
end
