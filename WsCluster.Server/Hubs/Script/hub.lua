-- Everything a node does to a hub: interest that comes and goes, sessions of reliable clients, and messages. One call runs a batch of
-- operations in order, assigns the messages' offsets, appends them to the hub's log, and hands them to the nodes that want them. So
-- a hub has one total order whichever nodes its messages come from, and a batch is taken once however often it is sent.
--
-- The script is this file, then hub-messages, hub-sessions, hub-operations and hub-log: one text, whose parts share their locals.
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
