using WsCluster.Server.Hubs;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Cluster;

/// <summary>Measures the node's load between two reports.</summary>
internal sealed class LoadMeter(HubDirectory hubs, NodeMetrics metrics, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _timestamp = time.GetTimestamp();
    private long _deliveries;
    private long _messages;
    private TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    public (NodeLoad Load, IReadOnlyDictionary<string, int> Hubs) Measure()
    {
        lock (_gate)
        {
            return MeasureCore();
        }
    }

    private (NodeLoad Load, IReadOnlyDictionary<string, int> Hubs) MeasureCore()
    {
        var now = time.GetTimestamp();
        var seconds = Math.Max(time.GetElapsedTime(_timestamp, now).TotalSeconds, 0.001);
        var cpu = Environment.CpuUsage.TotalTime;
        var connections = hubs.All
            .Select(hub => (hub.Name, Count: hub.ConnectionCount))
            .Where(hub => hub.Count > 0)
            .ToArray();

        var load = new NodeLoad
        {
            Connections = connections.Sum(hub => hub.Count),
            DeliveriesPerSecond = Math.Round((metrics.Deliveries - _deliveries) / seconds, 1),
            MessagesPerSecond = Math.Round((metrics.ClientMessages - _messages) / seconds, 1),
            InboxMessages = metrics.InboxMessages,
            MemoryBytes = Environment.WorkingSet,
            CpuPercent = Math.Round(100 * (cpu - _cpu).TotalSeconds / seconds, 1),
        };

        (_timestamp, _deliveries, _messages, _cpu) = (now, metrics.Deliveries, metrics.ClientMessages, cpu);
        return (load, connections.OrderByDescending(hub => hub.Count).Take(NodeRecord.MaxHubs).ToDictionary(hub => hub.Name, hub => hub.Count));
    }
}
