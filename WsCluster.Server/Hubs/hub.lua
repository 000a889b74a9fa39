-- Everything a node does to a hub: interest that comes and goes, sessions of reliable clients, and messages. One call runs a batch of
-- operations in order, assigns the messages' offsets, appends them to the hub's log, and hands them to the nodes that want them. So
-- a hub has one total order whichever nodes its messages come from, and a batch is taken once however often it is sent.
--
-- `identity` (of the Redis server that this text was loaded on) stands before this text: another server, or this one after a restart,
-- does not know the text, so no call reaches a server that the caller does not know.
--
-- KEYS[1]  hash    the hub: e epoch; id server of that epoch; s last offset; of the log: offset up to which it was trimmed; messages;
--                  bytes; time of the last upkeep (ms); n and a node's id: that node's last batch (number; first offset; time
--                  (ms); 'place=result,' of each message whose result was less than 1)
-- KEYS[2]  list    log, what each entry holds: head; places; bytes; time (ms)
-- KEYS[3]  list    log, the messages of each entry
-- KEYS[4]  hash    inbox -> number of its last payload of this hub
-- KEYS[5]  hash    inbox -> offset up to which its sessions have acknowledged everything, unless they say otherwise
-- KEYS[6]  set     names of the interest sets and sessions that the calling inbox has
-- KEYS[7…] interest sets, sessions and others that operations name by index
-- ARGV[1]  inbox of the calling node       ARGV[2]  prefix of inbox channels     ARGV[3]  head of every inbox payload
-- ARGV[4]  places in the batch             ARGV[5]  number of the batch          ARGV[6]  epoch that the node knows; 0: none
-- ARGV[7]  most messages of the log, 0: the hub has none     ARGV[8]  its most bytes     ARGV[9]  its age (ms)
-- ARGV[10] last offset that the node has seen, 0: none
-- ARGV[11] the first offset that the batch had in an earlier epoch, which Redis has lost; -1: it may have had one; 0: it is new
-- ARGV[12] the calling node
-- ARGV[13…] operations:
--   '+' set, name                          the node is interested from now on
--   '-' set, name                          it is not any more
--   'p' set, messages                      to the nodes in that set
--   'u' set, messages                      likewise, of a user; the next key holds its sessions that are detached
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
--   A session's key is followed by that of the ackIds that its client has used.
-- Each inbox gets one payload: head of payloads, number of the payload and ';', head of the batch, and the messages for it in order.
-- The head of a batch is 'first offset;original first offset;epoch;number of the batch;node;'. A message says by itself which place in the batch it has, so the bytes of a segment go out as they came in.
-- Result: { first offset, epoch, a result for each operation }: for 'p', 'u', 'c', 's' how many nodes took the messages, -1 if a session
-- takes them, -2 if they are repeated; for 't' { offset, generation, position, trimmed, hash of the session } or a reason; else 1, or 0
-- and -1 if the session is gone or another's. When the epoch is another: { -1, epoch, number of the caller's last batch }.

local own, prefix, places = ARGV[1], ARGV[2], tonumber(ARGV[4])
local number, known = tonumber(ARGV[5]), tonumber(ARGV[6])
local max_count, max_bytes, max_age = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function int(value)
  return string.format('%d', value)
end

local last_batch = 'n' .. ARGV[12]
local hub = redis.call('HMGET', KEYS[1], 'e', 'id', 's', last_batch)
local epoch, offset, trimmed, count, bytes, kept_up = tonumber(hub[1] or 0), 0, 0, 0, 0, 0
if hub[3] then
  offset, trimmed, count, bytes, kept_up = string.match(hub[3], '^(%d+);(%d+);(%d+);(%d+);(%d+)$')
  offset, trimmed, count, bytes, kept_up = tonumber(offset), tonumber(trimmed), tonumber(count), tonumber(bytes), tonumber(kept_up)
end

local function state()
  return string.format('%d;%d;%d;%d;%d', offset, trimmed, count, bytes, kept_up)
end

if hub[2] ~= identity or not hub[3] then
  -- Another server than the hub's last, or an empty one, or a hub of another version. It may lack the end of what the last one had, so
  -- its offsets may have been used: go on beyond any that can have been. Offsets start by the clock (2^20 a second since 2020), so that
  -- an empty server does, too.
  local floor = (time[1] - 1577836800) * 1048576
  local seen = math.max(offset, tonumber(ARGV[10])) + 1048576
  if floor > seen then
    seen = floor
  end
  epoch = math.max(epoch + 1, now)
  if not hub[3] then
    trimmed = seen
    redis.call('UNLINK', KEYS[2], KEYS[3]) -- Nobody knows what is in them.
  end
  offset = seen
  redis.call('HSET', KEYS[1], 'e', int(epoch), 'id', identity, 's', state())
end

local last_number, last_first, last_special = 0, 0, ''
if hub[4] then
  last_number, last_first, last_special = string.match(hub[4], '^(%d+);(%d+);%d+;(.*)$')
  last_number, last_first = tonumber(last_number), tonumber(last_first)
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

local members = {}            -- index of a key -> the inboxes in it, read once unless this batch changes it
local inboxes, parts = {}, {} -- inboxes with payload, in order; inbox -> pieces of its payload
local result = { first, epoch }
local messages, bodies = 0, {}         -- messages of the batch, for the log
local place_of, targets = {}, {}       -- of each message its place in the result; its inboxes, false if that result is known
local users, direct, dedup = {}, {}, {} -- by place in the result
local missed = false                   -- whether a message may have reached fewer inboxes than it is for
local special = {}                     -- by place in the result, those results that are less than 1, of users, connections and repetitions
if repeated then
  for place, value in string.gmatch(last_special, '(%d+)=(%-?%d+),') do
    special[tonumber(place)] = tonumber(value)
  end
end

local function post(inbox, body)
  local pieces = parts[inbox]
  if not pieces then
    pieces = { '' }
    parts[inbox] = pieces
    inboxes[#inboxes + 1] = inbox
  end
  pieces[#pieces + 1] = body
end

local function mine(key, generation)
  local session = redis.call('HMGET', key, 'g', 'o')
  if not session[1] then
    return 0
  end
  return session[1] == generation and 1 or -1
end

local function take_over(session, name, token, place, body)
  local hash = redis.call('HGETALL', KEYS[session])
  local fields = {}
  for j = 1, #hash, 2 do
    fields[hash[j]] = hash[j + 1]
  end
  if not fields.k then
    return 'There is no such session, or it is over.'
  end
  if fields.k ~= token or repeated and fields.o ~= own then
    return 'The reconnection token is not that of the session.'
  end
  local generation = tonumber(fields.g)
  local position = tonumber(fields.d or redis.call('HGET', KEYS[5], fields.o) or 0)
  if not repeated then
    if position < trimmed then
      return 'The session is too far behind: the log does not reach back to what it needs.'
    end
    generation = generation + 1
    redis.call('HSET', KEYS[session], 'o', own, 'g', int(generation), 'd', int(position))
    redis.call('PERSIST', KEYS[session])
    redis.call('PERSIST', KEYS[session + 1])
    redis.call('SADD', KEYS[6], name)
    if fields.o ~= '' and fields.o ~= own then
      post(fields.o, body)
    end
  end
  return { int(first + place - 1), int(generation), int(position), int(trimmed), hash }
end

-- Intervals of offsets in which the client was in a group: 'after first-up to;after first-up to;…', open at the end while it is in it.
local function join(key, group, at)
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

local function leave(key, group, after)
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

local n, i, skip = 2, 13, false
while i <= #ARGV do
  local operation, subject, body = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
  if operation == 'k' then
    if not repeated then
      skip = redis.call('ZADD', KEYS[subject], 'NX', int(now), body) == 0
      local limit = tonumber(ARGV[i + 3])
      if not skip then
        dedup[n + 1] = { KEYS[subject], body }
        if redis.call('ZCARD', KEYS[subject]) > limit + 100 then
          redis.call('ZREMRANGEBYRANK', KEYS[subject], 0, -limit - 1)
        end
      end
    end
    i = i + 4
  elseif operation == 'p' or operation == 'u' or operation == 'c' or operation == 's' then
    n = n + 1
    result[n] = 1
    local length = 3
    if operation == 's' then
      length = 4
    end
    if repeated then
      result[n] = special[n] or 1
    elseif skip then
      result[n], special[n] = -2, -2
    else
      local to
      if operation == 'c' then
        to = { ARGV[i + 1] }
      elseif operation == 's' then
        direct[n] = true
        local owner = redis.call('HGET', KEYS[subject], 'o')
        to = { owner or body }
        if owner then
          result[n], special[n] = -1, -1
          if owner == '' then
            to = {}
          end
        end
        body = ARGV[i + 3]
      else
        to = members[subject]
        if not to then
          to = redis.call('SMEMBERS', KEYS[subject])
          members[subject] = to
        end
        if operation == 'u' then
          direct[n] = true
          users[n] = subject
        end
      end
      messages = messages + 1
      place_of[messages], bodies[messages] = n, body
      if result[n] == -1 then
        targets[messages] = false
      else
        targets[messages], result[n] = to, #to
        missed = missed or #to == 0
      end
      for j = 1, #to do
        post(to[j], body)
      end
    end
    skip = false
    i = i + length
  else
    n = n + 1
    result[n] = 1
    local key = KEYS[subject]
    if operation == '+' then
      redis.call('SADD', key, own)
      redis.call('SADD', KEYS[6], body)
      members = {}
      i = i + 3
    elseif operation == '-' then
      redis.call('SREM', key, own)
      redis.call('SREM', KEYS[6], body)
      members = {}
      i = i + 3
    elseif operation == 'h' then
      post(own, '')
      redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now - max_age))
      i = i + 2
    elseif operation == 'n' then
      local at = first + tonumber(ARGV[i + 3]) - 1
      local fields, next = tonumber(ARGV[i + 4]), i + 5
      if not repeated then
        redis.call('HSET', key, 'o', own, 'g', '1', 'd', int(at), unpack(ARGV, next, next + 2 * fields - 1))
        redis.call('SADD', KEYS[6], body)
      end
      next = next + 2 * fields
      for j = next + 1, next + tonumber(ARGV[next]) do
        if not repeated then
          join(key, ARGV[j], at)
        end
      end
      i = next + tonumber(ARGV[next]) + 1
    elseif operation == 't' then
      result[n] = take_over(subject, body, ARGV[i + 3], tonumber(ARGV[i + 4]), ARGV[i + 5])
      i = i + 6
    elseif operation == 'v' then
      result[n] = mine(key, ARGV[i + 3])
      if result[n] == 1 then
        local session = redis.call('HMGET', key, 'o', 'd')
        local position = session[2] or redis.call('HGET', KEYS[5], session[1]) or '0'
        redis.call('HSET', key, 'o', own, 'd', position)
        redis.call('PERSIST', key)
        redis.call('PERSIST', KEYS[subject + 1])
        redis.call('SADD', KEYS[6], body)
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
        redis.call('HSET', key, 'o', '', 'd', ARGV[i + 4])
        redis.call('PEXPIRE', key, ARGV[i + 5])
        redis.call('PEXPIRE', KEYS[subject + 1], ARGV[i + 5])
        redis.call('SREM', KEYS[6], body)
        if ARGV[i + 6] ~= '' then
          local detached = KEYS[tonumber(ARGV[i + 6])]
          redis.call('SADD', detached, ARGV[i + 7])
          redis.call('PEXPIRE', detached, ARGV[i + 5])
        end
      end
      i = i + 8
    elseif operation == 'x' then
      result[n] = mine(key, ARGV[i + 3])
      if result[n] == 1 then
        redis.call('DEL', key, KEYS[subject + 1])
        redis.call('SREM', KEYS[6], body)
      end
      i = i + 4
    elseif operation == 'f' then
      redis.call('SREM', key, body)
      i = i + 3
    elseif operation == 'z' then
      redis.call('ZREM', key, body)
      i = i + 3
    elseif operation == 'o' then
      redis.call('SREM', KEYS[6], ARGV[i + 1])
      i = i + 2
    else
      return redis.error_reply('ERR unknown operation ' .. operation)
    end
  end
end

if repeated then
  return result
end

local head = string.format('%d;%s;%d;%s;%s;', first, ARGV[11], epoch, ARGV[5], ARGV[12])
local reached = {}
for j = 1, #inboxes do
  local inbox = inboxes[j]
  parts[inbox][1] = ARGV[3] .. redis.call('HINCRBY', KEYS[4], inbox, 1) .. ';' .. head
  local listeners = redis.call('PUBLISH', prefix .. inbox, table.concat(parts[inbox]))
  reached[inbox] = listeners > 0
  missed = missed or listeners == 0
end

if missed then
  -- Count again which nodes took each message, and leave to the log those that are messages: one to a user or a connection that is not
  -- there is none, and its sender is told so.
  local kept = {}
  for j = 1, messages do
    local place, to, nodes = place_of[j], targets[j], 1
    if to then
      nodes = 0
      for k = 1, #to do
        if reached[to[k]] then
          nodes = nodes + 1
        end
      end
      -- A user whose node has just died may come back, and one whose sessions are all detached, too: the log keeps the message for them.
      if nodes == 0 and users[place] and max_count > 0 and (#to > 0 or redis.call('SCARD', KEYS[users[place] + 1]) > 0) then
        nodes = 1
      end
      result[place] = nodes
      if nodes == 0 and direct[place] then
        special[place] = 0
        if dedup[place] then
          redis.call('ZREM', dedup[place][1], dedup[place][2])
        end
      end
    end
    if nodes > 0 or not direct[place] then
      kept[#kept + 1] = bodies[j]
    end
  end
  bodies = kept
end

-- Takes the oldest entries out of the log until it has at most so many messages and bytes, and none from before a time. The newest stays
-- if the log's bounds allow it.
local function trim(entries, most_count, most_bytes, since)
  local gone
  repeat
    local oldest = redis.call('LRANGE', KEYS[2], 0, 63)
    gone = 0
    for j = 1, #oldest do
      local from, in_it, size, at = string.match(oldest[j], '^(%d+);.*;(%d+);(%d+);(%d+)$')
      if j == entries then
        most_count, most_bytes = max_count, max_bytes
      end
      if count <= most_count and bytes <= most_bytes and tonumber(at) >= since then
        break
      end
      gone = j
      count, bytes, trimmed = math.max(count - in_it, 0), math.max(bytes - size, 0), from + in_it - 1
    end
    if gone > 0 then
      redis.call('LTRIM', KEYS[2], gone, -1)
      redis.call('LTRIM', KEYS[3], gone, -1)
      entries = entries - gone
    end
  until gone < 64
end

if max_count == 0 then
  trimmed = offset
elseif #bodies > 0 then
  local entry = table.concat(bodies)
  local entries = redis.call('RPUSH', KEYS[2], string.format('%s%d;%d;%d', head, places, #entry, now))
  redis.call('RPUSH', KEYS[3], entry)
  if entries == 1 then
    if count > 0 then
      trimmed = first - 1 -- The others have expired. A log that was empty lacks nothing.
    end
    count, bytes = 0, 0
    kept_up = 0 -- Lists that are new do not expire yet.
  end
  count, bytes = count + places, bytes + #entry
  if count > max_count or bytes > max_bytes then
    -- A few more than need be, so that it is not for every batch.
    trim(entries, max_count - math.floor(max_count / 16), max_bytes - math.floor(max_bytes / 16), 0)
  elseif now - kept_up > max_age / 64 then
    kept_up = 0
    trim(entries, max_count, max_bytes, now - max_age)
  end
end

if now - kept_up > max_age / 4 then
  kept_up = now
  redis.call('PEXPIRE', KEYS[2], 2 * max_age)
  redis.call('PEXPIRE', KEYS[3], 2 * max_age)
  -- The hub itself goes when nobody has had anything to do with it for a day; offsets begin by the clock again then.
  for j, key in ipairs({ KEYS[1], KEYS[4], KEYS[5] }) do
    redis.call('PEXPIRE', key, 86400000 + 2 * max_age)
  end
  -- A node that has sent nothing for ten minutes does not send its last batch again.
  local fields = redis.call('HGETALL', KEYS[1])
  for j = 1, #fields, 2 do
    local at = string.match(fields[j], '^n') and string.match(fields[j + 1], '^%d+;%d+;(%d+);')
    if at and now - at > 600000 then
      redis.call('HDEL', KEYS[1], fields[j])
    end
  end
end

-- A node that did not get the answer asks again, and is told the same.
local again = ''
for place, value in pairs(special) do
  again = again .. place .. '=' .. value .. ','
end
redis.call('HSET', KEYS[1], 's', state(), last_batch, string.format('%d;%d;%d;%s', number, first, now, again))
return result
