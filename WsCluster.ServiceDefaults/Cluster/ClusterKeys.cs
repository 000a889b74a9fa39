using StackExchange.Redis;

namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>
/// Names of the cluster's keys in Redis. Keys of the registry carry the hash tag <c>{cluster}</c>, keys of a hub
/// <c>{cluster/hub}</c>, so that a script's keys are always in one slot.
/// </summary>
public sealed class ClusterKeys(string clusterName)
{
    private readonly string _root = $"wsc:{{{clusterName}}}:";

    /// <summary>Hash: inbox → record (JSON).</summary>
    public RedisKey Nodes => _root + "nodes";

    /// <summary>Sorted set: inbox → end of its lease, milliseconds of Redis's clock.</summary>
    public RedisKey Leases => _root + "leases";

    /// <summary>Sorted set: inbox of a dead node → deadline of the node that cleans up, milliseconds of Redis's clock.</summary>
    public RedisKey Dead => _root + "dead";

    /// <summary>Hash: inbox of a dead node → inbox of the node that cleans up.</summary>
    public RedisKey Claims => _root + "claims";

    /// <summary>Channel on which changes of the registry are announced: a node came, went or changed its state.</summary>
    public RedisChannel Changes => RedisChannel.Literal(_root + "changes");

    /// <summary>Prefix of inbox channels; the inbox's name follows.</summary>
    public string InboxPrefix => _root + "inbox:";

    /// <summary>The channel of an inbox.</summary>
    public RedisChannel Inbox(string inbox) => RedisChannel.Literal(InboxPrefix + inbox);

    /// <summary>Set: hubs in which a node's inbox may have interest.</summary>
    public RedisKey HubsOf(string inbox) => _root + "hubs:" + inbox;

    /// <summary>Prefix of every key of a hub.</summary>
    public string Hub(string hub) => $"wsc:{{{clusterName}/{hub}}}:";

    /// <summary>Set: names of the hub's interest sets and sessions (fields of the hub's interest; ends of keys) that a node's inbox has.</summary>
    public RedisKey Owned(string hub, string inbox) => Hub(hub) + "owned:" + inbox;

    /// <summary>Keys that every batch of a hub has: hub, log (entries, messages), payloads of inboxes, positions of inboxes, interest.</summary>
    public RedisKey[] OfHub(string hub)
    {
        var prefix = Hub(hub);
        return [prefix + "hub", prefix + "log", prefix + "log:messages", prefix + "payloads", prefix + "positions", prefix + "interest"];
    }
}
