-- Takes an inbox that is gone out of interest sets of one hub, and detaches its sessions.
--
-- KEYS[1]  set: names of the hub's interest sets and sessions that the inbox has
-- KEYS[2]  hash: inbox -> number of its last payload (hub.lua)
-- KEYS[3]  hash: inbox -> offset up to which its sessions have acknowledged everything (hub.lua)
-- KEYS[4]  hash: interest set -> the inboxes in it (hub.lua)
-- KEYS[5…] for every name three keys: of a session its own, that of its ackIds, and that of its user's detached sessions; else any
-- ARGV[1]  the inbox
-- ARGV[2]  how long a session waits for its client (ms)
-- ARGV[3…] for every three keys: the name in KEYS[1], and the connection's id, empty for an interest set
-- Result: how many names are left

local inbox = ARGV[1]
for i = 3, #ARGV, 2 do
  local name, id = ARGV[i], ARGV[i + 1]
  local key = 5 + (i - 3) / 2 * 3
  if id == '' then
    local set = string.match(redis.call('HGET', KEYS[4], name) or '', '^%S*')
    local at = string.find(';' .. set, ';' .. inbox .. ';', 1, true)
    set = at and string.sub(set, 1, at - 1) .. string.sub(set, at + #inbox + 1)
    if set == '' then
      redis.call('HDEL', KEYS[4], name)
    elseif set then
      redis.call('HSET', KEYS[4], name, string.format('%-65s', set))
    end
  elseif redis.call('HGET', KEYS[key], 'o') == inbox then
    local position = redis.call('HGET', KEYS[key], 'd') or redis.call('HGET', KEYS[3], inbox) or '0'
    redis.call('PEXPIRE', KEYS[key], ARGV[2])
    redis.call('PEXPIRE', KEYS[key + 1], ARGV[2])
    if KEYS[key + 2] ~= KEYS[key] then
      redis.call('SADD', KEYS[key + 2], id)
      redis.call('PEXPIRE', KEYS[key + 2], ARGV[2])
    end
    -- Last, since a call that Redis does not survive may have done a part, and whoever cleans again looks at the owner.
    redis.call('HSET', KEYS[key], 'o', '', 'd', position)
  end
  redis.call('SREM', KEYS[1], name)
end

local left = redis.call('SCARD', KEYS[1])
if left == 0 then
  redis.call('HDEL', KEYS[2], inbox)
  redis.call('HDEL', KEYS[3], inbox)
end
return left
