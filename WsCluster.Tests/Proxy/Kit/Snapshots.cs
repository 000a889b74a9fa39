using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Tests.Proxy.Kit;

/// <summary>States of the registry, made up.</summary>
internal static class Snapshots
{
    public static NodeRecord Node(
        string nodeId, string? address = "http://default:8080", NodeState state = NodeState.Ready, int connections = 0) => new()
        {
            NodeId = nodeId,
            Generation = 1,
            Address = address == "http://default:8080" ? $"http://{nodeId}:8080" : address!,
            State = state,
            StartedAt = DateTimeOffset.UnixEpoch,
            Load = new NodeLoad { Connections = connections },
        };

    public static ClusterSnapshot Of(params NodeRecord[] nodes) =>
        new([.. nodes.Select(node => new LiveNode(node, TimeSpan.FromSeconds(5)))], []);

    /// <summary>A watcher that is never started, and so needs no Redis.</summary>
    public static ClusterWatcher Watcher() => new(
        null!, null!, new ClusterKeys("t"), Options.Create(new ClusterOptions()), TimeProvider.System, NullLogger<ClusterWatcher>.Instance);
}
