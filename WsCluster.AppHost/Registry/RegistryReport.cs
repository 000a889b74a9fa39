using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.AppHost.Registry;

/// <summary>The registry of nodes as people read it.</summary>
internal static class RegistryReport
{
    /// <summary>Reads the registry of a cluster; Markdown.</summary>
    /// <param name="connectionString">Its Redis, in StackExchange.Redis form.</param>
    /// <param name="options">Which cluster in that Redis.</param>
    /// <remarks>When Redis doesn't answer, it throws what <see cref="ServiceDefaults.Redis.RedisFailure"/> knows.</remarks>
    public static async Task<string> ReadAsync(string connectionString, ClusterOptions options)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var registry = new NodeRegistry(connection, new ClusterKeys(options.ClusterName), Options.Create(options));
        return Describe(await registry.ReadAsync());
    }

    internal static string Describe(ClusterSnapshot snapshot)
    {
        var text = new StringBuilder();
        if (snapshot.Nodes.IsEmpty)
        {
            text.AppendLine("No nodes are registered.");
        }
        else
        {
            text.AppendLine("| node | address | state | connections | messages/s in | deliveries/s | memory, MiB | lease left, s |");
            text.AppendLine("|---|---|---|---|---|---|---|---|");
            foreach (var (node, lease) in snapshot.Nodes)
            {
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {node.NodeId} | {node.Address} | {node.State.ToString().ToLowerInvariant()} | {node.Load.Connections} | " +
                    $"{node.Load.MessagesPerSecond:F0} | {node.Load.DeliveriesPerSecond:F0} | {node.Load.MemoryBytes / 1048576.0:F0} | {lease.TotalSeconds:F1} |");
            }
        }

        if (!snapshot.Expired.IsEmpty)
        {
            text.AppendLine().AppendLine($"Dead, and not cleaned up after yet: {string.Join(", ", snapshot.Expired)}");
        }

        return text.ToString().TrimEnd();
    }
}
