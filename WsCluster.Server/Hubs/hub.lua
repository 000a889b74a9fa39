-- Everything a node does to a hub: interest that comes and goes, and messages. One call runs a batch of operations in order and
-- assigns the messages' offsets, so that a hub has one total order whichever nodes its messages come from.
--
-- KEYS[1]  counter: the hub's last offset
-- KEYS[2]  set: names of the interest sets that the calling node is in
-- KEYS[3…] interest sets: inboxes of the nodes that hold members of a group, connections of a user, or any connection
-- ARGV[1]  inbox of the calling node
-- ARGV[2]  prefix of inbox channels
-- ARGV[3]  head of every inbox payload
-- ARGV[4]  number of messages in the batch
-- ARGV[5…] operations, three arguments each:
--   '+' index of a key, name of its set   the node is interested from now on
--   '-' index of a key, name of its set   it is not any more
--   'p' index of a key, messages          to the nodes in that set
--   'c' inbox,          messages          to one node
-- Each inbox gets one payload: head, first offset of the batch (decimal), ';', and the messages for it in order. A message says by
-- itself which place in the batch it has, so the bytes of a segment go out as they came in.
-- Result: { first offset, a number for each operation }: for 'p' and 'c' how many nodes took the messages, else 1.

local own, prefix, count = ARGV[1], ARGV[2], tonumber(ARGV[4])
local first = 0
if count > 0 then
  first = redis.call('INCRBY', KEYS[1], count) - count + 1
end

local members = {}          -- index of a key -> the inboxes in it, read once unless this batch changes it
local inboxes, parts = {}, {} -- inboxes with payload, in order; inbox -> pieces of its payload
local targets, result = {}, {}
local head = ARGV[3] .. string.format('%.0f', first) .. ';'

local n = 0
for i = 5, #ARGV, 3 do
  local operation, subject, body = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  n = n + 1
  result[n] = 1
  if operation == 'p' or operation == 'c' then
    local to
    if operation == 'c' then
      to = { subject }
    else
      to = members[subject]
      if not to then
        to = redis.call('SMEMBERS', KEYS[tonumber(subject)])
        members[subject] = to
      end
    end
    targets[n] = to
    for j = 1, #to do
      local pieces = parts[to[j]]
      if not pieces then
        pieces = { head }
        parts[to[j]] = pieces
        inboxes[#inboxes + 1] = to[j]
      end
      pieces[#pieces + 1] = body
    end
  else
    local key = KEYS[tonumber(subject)]
    if operation == '+' then
      redis.call('SADD', key, own)
      redis.call('SADD', KEYS[2], body)
    else
      redis.call('SREM', key, own)
      redis.call('SREM', KEYS[2], body)
    end
    members[subject] = nil
  end
end

local reached = {}
for i = 1, #inboxes do
  reached[inboxes[i]] = redis.call('PUBLISH', prefix .. inboxes[i], table.concat(parts[inboxes[i]]))
end

for i, to in pairs(targets) do
  local nodes = 0
  for j = 1, #to do
    if reached[to[j]] > 0 then
      nodes = nodes + 1
    end
  end
  result[i] = nodes
end

table.insert(result, 1, first)
return result
