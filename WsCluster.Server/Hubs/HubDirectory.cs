using System.Collections.Concurrent;
using StackExchange.Redis;
using WsCluster.Server.Cluster;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Hubs;

/// <summary>The hubs that this node has a part in. Hubs need no registration: the first connection or message makes one.</summary>
internal sealed class HubDirectory(
    IConnectionMultiplexer connection,
    ClusterKeys keys,
    NodeIdentity node,
    PipelineBudget budget,
    NodeMetrics metrics,
    TimeProvider time,
    ILogger<HubPipeline> logger)
{
    private readonly ConcurrentDictionary<string, Hub> _hubs = new(StringComparer.Ordinal);

    public ICollection<Hub> All => _hubs.Values;

    /// <summary>The hub with a normalised name, kept in the directory until <see cref="Hub.Release"/>.</summary>
    public Hub Hold(string name)
    {
        while (true)
        {
            var hub = Get(name);
            if (hub.TryHold())
            {
                return hub;
            }

            Remove(name, hub); // It was retired in this moment.
        }
    }

    /// <summary>The hub with a normalised name (<see cref="HubName.TryNormalize"/>).</summary>
    public Hub Get(string name) => _hubs.GetOrAdd(name, Create);

    /// <summary>The hub, or null if this node has no part in it.</summary>
    public Hub? Find(ReadOnlySpan<char> name) => _hubs.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var hub) ? hub : null;

    /// <summary>A hub that is not in the directory, for connections that are refused: anybody may name any hub.</summary>
    public Hub CreateDetached() => Create("none");

    /// <summary>Settles each hub's interest, and forgets hubs in which nothing is left. Called once a heartbeat.</summary>
    public void Sweep(TimeSpan linger)
    {
        foreach (var (name, hub) in _hubs)
        {
            hub.Sweep(linger);
            if (hub.TryRetire())
            {
                Remove(name, hub);
            }
        }
    }

    /// <summary>Removes this hub, not one that has taken its place.</summary>
    private void Remove(string name, Hub hub) => _hubs.TryRemove(KeyValuePair.Create(name, hub));

    private Hub Create(string name) => new(name, new HubPipeline(name, connection, keys, node, budget, metrics, logger), node, time);
}
