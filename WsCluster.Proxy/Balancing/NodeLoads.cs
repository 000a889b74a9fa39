using System.Collections.Concurrent;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Proxy.Balancing;

/// <summary>
/// How many connections each node has, as far as this proxy can know: those of the node's last report, which count what came
/// through other proxies, too, and those that this proxy sent there since. Without the latter, everyone who comes between two
/// reports (a second apart) would go to the node that was the emptiest.
/// </summary>
internal sealed class NodeLoads
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    public NodeLoads(ClusterWatcher watcher) => watcher.Read += Update;

    /// <summary>Connections of a node, reported and assigned since; 0 for an unknown node.</summary>
    public int ConnectionsOf(string nodeId) =>
        _entries.TryGetValue(nodeId, out var entry) ? entry.Report.Connections + Volatile.Read(ref entry.Assigned) : 0;

    /// <summary>Counts a connection that is about to be sent to a node.</summary>
    public void Assign(string nodeId) => Interlocked.Increment(ref _entries.GetOrAdd(nodeId, _ => new Entry()).Assigned);

    /// <summary>Takes over the reports of the registry.</summary>
    internal void Update(ClusterSnapshot snapshot)
    {
        foreach (var node in snapshot.Nodes.Select(live => live.Node))
        {
            if (string.IsNullOrEmpty(node.NodeId))
            {
                continue; // Not one of ours.
            }

            var report = node.Load ?? new NodeLoad();
            var entry = _entries.GetOrAdd(node.NodeId, _ => new Entry());

            // The registry is read more often than a node reports. Memory and CPU are in a report, so no two are the same.
            if (entry.Report != report)
            {
                entry.Report = report;
                Volatile.Write(ref entry.Assigned, 0);
            }
        }

        foreach (var nodeId in _entries.Keys.Where(nodeId => snapshot.Find(nodeId) is null))
        {
            _entries.TryRemove(nodeId, out _);
        }
    }

    private sealed class Entry
    {
        public volatile NodeLoad Report = new();
        public int Assigned;
    }
}
