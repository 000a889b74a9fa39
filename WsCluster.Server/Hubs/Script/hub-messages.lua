-- What comes of a batch: its result, a payload for each inbox, and what the log gets. Second part of hub.lua.

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
