-- The cluster's registry: one script for everything that reads or changes it, so that every caller sees the same clock and the same
-- order. All times are Redis's own.
--
-- KEYS[1] hash       inbox -> record (JSON)
-- KEYS[2] sorted set inbox -> end of its lease (ms)
-- KEYS[3] sorted set inbox of a dead node -> deadline of whoever cleans up after it (ms)
-- KEYS[4] hash       inbox of a dead node -> inbox of whoever cleans up after it
-- ARGV[1] operation
--   'read'                                          look only
--   'register'  ARGV[2] inbox, [3] record, [4] lease (ms)   come in
--   'renew'     ARGV[2] inbox, [3] record, [4] lease (ms)   stay in; refused if the lease is gone
--   'claim'     ARGV[2] inbox of a dead node, [3] time for the clean-up (ms), [4] the caller's inbox; granted to one caller
--   'release'   ARGV[2] inbox                       the clean-up is done
--   'leave'     ARGV[2] inbox, [3] time for the clean-up (ms): leave by oneself and claim the clean-up
-- Result: { granted (1 or 0), { inbox, record, remaining ms, ... } of nodes that hold a lease, { inboxes to clean up },
--           { inbox, who cleans up, ... } of inboxes that are being cleaned up }

local nodes, leases, dead, claims = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local operation, inbox = ARGV[1], ARGV[2]
local granted = 1

if operation == 'register' then
  redis.call('HSET', nodes, inbox, ARGV[3])
  redis.call('ZADD', leases, now + ARGV[4], inbox)
elseif operation == 'renew' then
  -- A lease that ran out may be renewed as long as nobody has claimed the node: its interest is still complete.
  if redis.call('ZSCORE', leases, inbox) then
    redis.call('HSET', nodes, inbox, ARGV[3])
    redis.call('ZADD', leases, now + ARGV[4], inbox)
  else
    granted = 0
  end
elseif operation == 'claim' or operation == 'leave' then
  local claimant = operation == 'leave' and inbox or ARGV[4]
  local lease = redis.call('ZSCORE', leases, inbox)
  local deadline = redis.call('ZSCORE', dead, inbox)
  if lease and (operation == 'leave' or tonumber(lease) <= now) then
    redis.call('HDEL', nodes, inbox)
    redis.call('ZREM', leases, inbox)
    redis.call('ZADD', dead, now + ARGV[3], inbox)
    redis.call('HSET', claims, inbox, claimant)
  elseif not lease and deadline and tonumber(deadline) <= now then
    redis.call('ZADD', dead, now + ARGV[3], inbox)
    redis.call('HSET', claims, inbox, claimant)
  else
    granted = 0
  end
elseif operation == 'release' then
  redis.call('ZREM', dead, inbox)
  redis.call('HDEL', claims, inbox)
end

local live, expired, claimed = {}, {}, {}
local waiting = redis.call('ZRANGE', dead, 0, -1, 'WITHSCORES')
for i = 1, #waiting, 2 do
  if waiting[i + 1] - now > 0 then
    claimed[#claimed + 1] = waiting[i]
    claimed[#claimed + 1] = redis.call('HGET', claims, waiting[i]) or ''
  else
    expired[#expired + 1] = waiting[i]
  end
end

local all = redis.call('ZRANGE', leases, 0, -1, 'WITHSCORES')
for i = 1, #all, 2 do
  local remaining = all[i + 1] - now
  if remaining > 0 then
    live[#live + 1] = all[i]
    live[#live + 1] = redis.call('HGET', nodes, all[i]) or ''
    live[#live + 1] = remaining
  else
    expired[#expired + 1] = all[i]
  end
end

return { granted, live, expired, claimed }
