-- Takes a node that is gone out of interest sets of one hub.
--
-- KEYS[1]  set: names of the hub's interest sets that the node is in
-- KEYS[2…] the interest sets themselves
-- ARGV[1]  the node's inbox
-- ARGV[2…] the names, in the order of the keys
-- Result: how many names are left

for i = 2, #KEYS do
  redis.call('SREM', KEYS[i], ARGV[1])
  redis.call('SREM', KEYS[1], ARGV[i])
end

return redis.call('SCARD', KEYS[1])
