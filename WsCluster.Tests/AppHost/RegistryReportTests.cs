using WsCluster.AppHost.Registry;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>The registry as the dashboard's command shows it.</summary>
public sealed class RegistryReportTests
{
    [Fact]
    public void Has_a_row_for_each_node_and_names_the_dead()
    {
        var node = Record("node-a") with { Load = new NodeLoad { Connections = 41, MessagesPerSecond = 12.4, DeliveriesPerSecond = 99.6, MemoryBytes = 96 << 20 } };

        var report = RegistryReport.Describe(new ClusterSnapshot([new LiveNode(node, TimeSpan.FromMilliseconds(4321))], ["node-b.2"]));

        Assert.Contains("| node-a | http://10.0.0.5:8080 | ready | 41 | 12 | 100 | 96 | 4.3 |", report, StringComparison.Ordinal);
        Assert.EndsWith("Dead, and not cleaned up after yet: node-b.2", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_when_there_is_nobody() => Assert.Equal("No nodes are registered.", RegistryReport.Describe(ClusterSnapshot.Empty));

    [Fact]
    public async Task Reads_the_cluster_that_it_is_asked_for()
    {
        await using var redis = await TestRedis.StartAsync(RedisKind.Embedded);
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var options = new ClusterOptions { ClusterName = "blue" };
        var registry = new NodeRegistry(connection, new ClusterKeys("blue"), Microsoft.Extensions.Options.Options.Create(options));
        await registry.RegisterAsync(Record("node-a"));

        Assert.Contains("| node-a |", await RegistryReport.ReadAsync(redis.ConnectionString, options), StringComparison.Ordinal);
        Assert.Equal("No nodes are registered.", await RegistryReport.ReadAsync(redis.ConnectionString, new ClusterOptions()));
    }

    private static NodeRecord Record(string id) => new()
    {
        NodeId = id,
        Generation = 1,
        Address = "http://10.0.0.5:8080",
        State = NodeState.Ready,
        StartedAt = DateTimeOffset.UnixEpoch,
    };
}
