-- Everything a node does to a hub: interest that comes and goes, sessions of reliable clients, and messages. One call runs a batch of
-- operations in order, assigns the messages' offsets, appends them to the hub's log, and hands them to the nodes that want them. So
-- a hub has one total order whichever nodes its messages come from, and a batch is taken once however often it is sent.
--
-- `identity` (of the Redis server that this text was loaded on) stands before this text: another server, or this one after a restart,
-- does not know the text, so no call reaches a server that the caller does not know.
--
-- Nothing that a call has written may be wrong without the rest: a call breaks off if Redis dies, or answers one of its commands with an
-- error, and Garnet's append-only file has each write by itself. So pieces come into the log before the entry that has them, the hub's
-- state after both, and last that messages were taken; what has an owner is in the owner's set first. A log that is not what the state
-- says is mended, or given up.
--
-- A call of a busy hub costs what it creates: the arguments, tables that grow, and each string, which Redis's Lua hashes byte by byte.
-- So numbers come and go packed (big-endian; `d` is a double), the log takes messages in pieces, and what few batches need is made by
-- those alone.
--
-- KEYS[1]  hash    the hub: 'state' packed epoch, last offset; of the log: offset up to which it was trimmed, messages, bytes, time of the
--                  last upkeep (ms), pieces that it ever had, pieces that it has; then the id of the server of that epoch; n and a node's
--                  id: that node's last batch, packed number, first offset, time (ms); then 'place=result,' of each message whose result
--                  was less than 1
-- KEYS[2]  list    log, what each entry holds: packed places (H), pieces (H), bytes (I), time (ms, d), pieces before these since the hub
--                  began (d); then the head of the batch
-- KEYS[3]  list    log, the pieces of each entry: messages
-- KEYS[4]  hash    inbox -> number of its last payload of this hub
-- KEYS[5]  hash    inbox -> offset up to which its sessions have acknowledged everything, unless they say otherwise
-- KEYS[6]  hash    interest set -> the inboxes in it, ';' after each, then spaces up to 65 bytes: a hash whose values are all shorter is a
--                  list to Redis, and a field is looked for from its front. No strings of their own: those are in another store of
--                  Garnet, whose FLUSHALL empties one after the other, and a hub that has lost its state has to have lost its interest
-- KEYS[7]  set     names of the interest sets and sessions that the calling inbox has
-- KEYS[8…] others that operations name
-- ARGV[1]  inbox of the calling node       ARGV[2]  prefix of inbox channels     ARGV[3]  head of every inbox payload
-- ARGV[4]  the calling node
-- ARGV[5]  packed numbers, all d:
--          places in the batch; number of the batch; epoch that the node knows, 0: none;
--          most messages of the log, 0: the hub has none; its most bytes; its age (ms);
--          last offset that the node has seen, 0: none;
--          the first offset that the batch had in an earlier epoch, which Redis has lost; 0: it is new; less than 0: it may have had one,
--          and was sent first so many ms ago;
--          how many interest sets there are
-- ARGV[6…] names of these, then operations; a set is its place among the interest sets, a key its place among the other keys, a session's
--          key is followed by that of the ackIds that its client has used:
--   '+' set, name                          the node is interested from now on
--   '-' set, name                          it is not any more
--   'p' sets (two bytes each), messages, ...   for each of these sets, messages to the nodes in it
--   'u' set, key, messages                 to the nodes in that set, of a user; the key holds its sessions that are detached
--   'c' inbox, messages                    to one node
--   's' session, inbox, messages           to the node that has that session; to the inbox if there is none
--   'h' key                                an empty payload to the caller's inbox; members of the sorted set that are too old go
--   'k' key, member, limit                 before one of 'p', 'u', 's': not if the sorted set has the member; it has it now,
--                                          unless it is for a user or connection that is not there; the oldest
--                                          go beyond the limit
--   'z' key, member                        the message of that member had nobody to take it: the sorted set has it no more
--   'o' name                               a session is not the caller's any more
--   'n' session, name, place, fields, field, value, ..., groups, group, ...      begin a session
--   't' session, name, token, place, message   take a session over; the message tells the node that had it
--   'v' session, name, generation          it is still the caller's
--   'j' session, generation, group, place  its client has joined a group there
--   'l' session, generation, group, offset its client has left it after that offset
--   'a' session, generation, offset        acknowledged up to there; '' everything
--   'q' offset                             everything up to there, by all sessions of the inbox that have something else not written down
--   'd' session, name, generation, offset, ms, key, id   its client is gone, and may come back
--   'x' session, name, generation          it is over
--   'f' key, id                            the session with that id is not detached any more
-- Each inbox gets one payload: head of payloads, number of the payload and ';', head of the batch, and the messages for it in order.
-- The head of a batch is packed first offset, original first offset, epoch, number of the batch; then the node and ';'. A message says by
-- itself which place in the batch it has, so its bytes go out as they came in.
-- Result: { first offset, epoch, a result for each operation, and for each set of 'p' }: for 'p', 'u', 'c', 's' how many nodes took the
-- messages, -1 if a session takes them, -2 if they are repeated; for 't' { offset, generation, position, trimmed, hash of the session } or
-- why not, empty if it may be asked for again; else 1, or 0 and -1 if the session is gone or another's. When the epoch is another:
-- { -1, epoch, number of the caller's last batch }.

local own, prefix = ARGV[1], ARGV[2]
local places, number, known, max_count, max_bytes, max_age, seen, original, set_count = struct.unpack('>ddddddddd', ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local last_batch = 'n' .. ARGV[4]
local hub = redis.call('HMGET', KEYS[1], 'state', last_batch)
local epoch, offset, trimmed, count, bytes, kept_up, ever, held = 0, 0, 0, 0, 0, 0, 0, 0
local server = ''
if hub[1] then
  epoch, offset, trimmed, count, bytes, kept_up, ever, held = struct.unpack('>dddddddd', hub[1])
  server = string.sub(hub[1], 65)
end

if server ~= identity then
  -- Another server than the hub's last, or an empty one, or a hub of another version. It may lack the end of what the last one had, so
  -- its offsets may have been used: go on beyond any that can have been. Offsets start by the clock (2^20 a second since 2020), so that
  -- an empty server does, too.
  offset = math.max(offset + 1048576, seen + 1048576, (time[1] - 1577836800) * 1048576)
  epoch = math.max(epoch + 1, now)
  if not hub[1] then
    trimmed = offset
  end
  -- What a call has written that the server before did not finish goes again.
  local oldest, newest = redis.call('LINDEX', KEYS[2], 0), redis.call('LINDEX', KEYS[2], -1)
  local excess = redis.call('LLEN', KEYS[3]) - held
  local _, broken_off, before
  if newest then
    _, broken_off, _, _, before = struct.unpack('>HHIdd', newest)
    broken_off = before == ever and broken_off
  end
  if held == 0 or not oldest or struct.unpack('>d', string.sub(oldest, 17)) ~= ever - held or excess < 0 or broken_off and broken_off ~= excess then
    redis.call('UNLINK', KEYS[2], KEYS[3]) -- Nobody knows what is in them.
  elseif excess > 0 then
    if broken_off then
      redis.call('RPOP', KEYS[2])
    end
    redis.call('LTRIM', KEYS[3], 0, string.format('%d', held - 1))
  end
  redis.call('HSET', KEYS[1], 'state', struct.pack('>dddddddd', epoch, offset, trimmed, count, bytes, kept_up, ever, held) .. identity)
end

local last_number, last_first = 0, 0
if hub[2] then
  last_number, last_first = struct.unpack('>dd', hub[2])
end

if known > 0 and known ~= epoch then
  return { -1, epoch, last_number }
end

local repeated = number <= last_number
local first = offset + 1
if repeated then
  if number < last_number then
    return { -2, epoch, last_number }
  end
  first = last_first
else
  offset = offset + places
end

local sets = {}                         -- the interest sets
if set_count > 0 then
  sets = redis.call('HMGET', KEYS[6], unpack(ARGV, 6, 5 + set_count))
end
local others = 7                        -- other keys begin after it in KEYS
local lists = {}                        -- an interest set -> the inboxes in it
local head = struct.pack('>dddd', first, original, epoch, number) .. ARGV[4] .. ';'

-- Tables have room from the start for what most batches have: each that grows is allocated anew for 1, 2, 4 and 8 entries.
local inboxes, parts = { nil, nil, nil, nil }, {} -- inboxes with payload, in order; inbox -> pieces of its payload
local n = 2                             -- entries of the result
local result = { first, epoch, nil, nil, nil, nil, nil, nil, nil, nil }
local targets = { nil, nil, nil, nil, nil, nil, nil, nil, nil, nil } -- by place in the result: inboxes, false if that result is known
local messages, bodies = 0, { nil, nil, nil, nil, nil, nil, nil, nil } -- for the log
local direct = {}                       -- by place in the result: of a user's message the key of the sessions that are detached, of one to
                                        -- a session true
local missed = false                    -- whether a message may have reached fewer inboxes than it is for
local special = ''                      -- 'place=result,' of results that are less than 1, of users, connections and repetitions
local told                              -- if the batch is repeated, what it said the first time
if repeated then
  told = {}
  for place, value in string.gmatch(string.sub(hub[2], 25), '(%d+)=(%-?%d+),') do
    told[tonumber(place)] = tonumber(value)
  end
end

local function inboxes_in(set)
  local list = lists[set]
  if list then
    return list
  end
  local stop = set and string.find(set, ';', 1, true)
  if stop and not string.find(set, ';', stop + 1, true) then
    list = { string.sub(set, 1, stop - 1) } -- As most have: one.
  else
    list = {}
    for inbox in string.gmatch(set or '', '([^;]+);') do
      list[#list + 1] = inbox
    end
  end
  lists[set] = list
  return list
end

local function post(inbox, body)
  local pieces = parts[inbox]
  if not pieces then
    pieces = { ARGV[3], '', ';', head, nil, nil, nil, nil, nil, nil, nil, nil } -- The number comes at the end.
    parts[inbox] = pieces
    inboxes[#inboxes + 1] = inbox
  end
  pieces[#pieces + 1] = body
end

-- One or more messages for the same nodes, the next entry of the result.
local function send(body, to, known_result)
  messages = messages + 1
  bodies[messages] = body
  if known_result then
    result[n], targets[n] = known_result, false
  else
    result[n], targets[n] = #to, to
    missed = missed or #to == 0
  end
  for j = 1, #to do
    post(to[j], body)
  end
end

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
