-- What a batch has made is published, and appended to the hub's log; then the hub's state is written. Last part of hub.lua.

if repeated then
  if remember then
    remember()
  end
  return result
end

local reached = {}
for j = 1, #inboxes do
  local inbox = inboxes[j]
  local pieces = parts[inbox]
  pieces[2] = redis.call('HINCRBY', KEYS[4], inbox, 1)
  local listeners = redis.call('PUBLISH', prefix .. inbox, table.concat(pieces))
  reached[inbox] = listeners > 0
  missed = missed or listeners == 0
end

if missed then
  -- Count again which nodes took each message, and leave to the log those that are messages: one to a user or a connection that is not
  -- there is none, and its sender is told so.
  local kept, message = {}, 0
  for place = 3, n do
    local to, nodes = targets[place], 1
    if to ~= nil then
      message = message + 1
      if to then
        nodes = 0
        for k = 1, #to do
          if reached[to[k]] then
            nodes = nodes + 1
          end
        end
        -- A user whose node has just died may come back, and one whose sessions are all detached, too: the log keeps the message for them.
        local detached = direct[place]
        if nodes == 0 and detached and detached ~= true and max_count > 0 and (#to > 0 or redis.call('SCARD', detached) > 0) then
          nodes = 1
        end
        result[place] = nodes
        if nodes == 0 and direct[place] then
          special = special .. place .. '=0,'
        end
      end
      if nodes > 0 or not direct[place] then
        kept[#kept + 1] = bodies[message]
      end
    end
  end
  bodies = kept
  for place, of in pairs(same or {}) do
    if result[of] == 0 and direct[of] then
      result[place], special = 0, special .. place .. '=0,' -- Of two results of a place the later counts.
    end
  end
end

if max_count == 0 then
  trimmed = offset
elseif #bodies > 0 then
  local size = 0
  for j = 1, #bodies do
    size = size + #bodies[j]
  end
  local entry = struct.pack('>HHIdd', places, #bodies, size, now, ever) .. head
  local pieces = redis.call('RPUSH', KEYS[3], unpack(bodies))
  local entries = redis.call('RPUSH', KEYS[2], entry)
  if entries == 1 or pieces ~= held + #bodies then
    if count > 0 then
      trimmed = first - 1 -- The others have expired, or are not what they should be. A log that was empty lacks nothing.
    end
    if entries > 1 or pieces > #bodies then
      redis.call('UNLINK', KEYS[2], KEYS[3])
      redis.call('RPUSH', KEYS[3], unpack(bodies))
      entries = redis.call('RPUSH', KEYS[2], entry)
    end
    count, bytes, held = 0, 0, 0
    kept_up = 0 -- Lists that are new do not expire yet.
  end
  ever, held = ever + #bodies, held + #bodies
  count, bytes = count + places, bytes + size
  local most_count, most_bytes, since = max_count, max_bytes, nil
  if count > max_count or bytes > max_bytes then
    -- A few more than need be, so that it is not for every batch.
    most_count, most_bytes, since = max_count - math.floor(max_count / 16), max_bytes - math.floor(max_bytes / 16), 0
  elseif now - kept_up > max_age / 64 then
    kept_up, since = 0, now - max_age
  end
  while since do
    local oldest = redis.call('LRANGE', KEYS[2], 0, 63)
    local gone, gone_pieces = 0, 0
    for j = 1, #oldest do
      local in_it, pieces, its_bytes, at, _, from = struct.unpack('>HHIddd', oldest[j])
      if j == entries then
        most_count, most_bytes = max_count, max_bytes -- The newest stays if the log's bounds allow it.
      end
      if count <= most_count and bytes <= most_bytes and at >= since then
        break
      end
      gone, gone_pieces = j, gone_pieces + pieces
      count, bytes, trimmed = math.max(count - in_it, 0), math.max(bytes - its_bytes, 0), math.max(trimmed, from + in_it - 1)
    end
    if gone > 0 then
      redis.call('LTRIM', KEYS[2], gone, -1)
      redis.call('LTRIM', KEYS[3], string.format('%d', gone_pieces), -1)
      entries, held = entries - gone, held - gone_pieces
    end
    if gone < 64 then
      break
    end
  end
end

if now - kept_up > max_age / 4 then
  kept_up = now
  -- The hub itself goes when nobody has had anything to do with it for a day; offsets begin by the clock again then.
  for j = 1, 5 do
    -- Garnet has an error for who wants a key to live on that has just expired. It is gone, and must not end the call.
    local ms = (j == 2 or j == 3) and 2 * max_age or 86400000 + 2 * max_age
    redis.pcall('PEXPIRE', KEYS[j], string.format('%d', ms)) -- Unpacked numbers have a fraction in Garnet's Lua, if only '.0'.
  end
  -- A node that has sent nothing for ten minutes does not send its last batch again. The caller's own is written anew below.
  local fields = redis.call('HGETALL', KEYS[1])
  for j = 1, #fields, 2 do
    if string.sub(fields[j], 1, 1) == 'n' and fields[j] ~= last_batch then
      local _, _, at = struct.unpack('>ddd', fields[j + 1])
      if now - at > 600000 then
        redis.call('HDEL', KEYS[1], fields[j])
      end
    end
  end
end

-- A node that did not get the answer asks again, and is told the same.
local added = redis.call('HSET', KEYS[1], 'state', struct.pack('>dddddddd', epoch, offset, trimmed, count, bytes, kept_up, ever, held) .. identity,
  last_batch, struct.pack('>ddd', number, first, now) .. special)
if added > (hub[2] and 0 or 1) then
  -- The state was gone: a FLUSHALL came in between, which Garnet does not keep from a script that runs. With this state nobody would
  -- notice. Without it the next call begins a new epoch, and the caller does not know what has become of this one.
  redis.call('DEL', KEYS[1])
  return redis.error_reply('ERR the hub was emptied while the call ran')
end
if remember then
  remember()
end
return result
