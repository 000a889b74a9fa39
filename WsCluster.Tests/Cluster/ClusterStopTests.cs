using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>A drain that nobody gains by: there is no node that clients could go to.</summary>
[Collection<OwnClusterCollection>]
public sealed class ClusterStopTests : ProcessTest
{
    private const string Hub = "chat";

    /// <summary>Longer than any test waits.</summary>
    private static readonly Dictionary<string, string> Endless = new() { ["WsCluster__DrainWindow"] = "00:30:00" };

    [Fact]
    public async Task When_all_nodes_stop_at_once_they_close_their_clients_at_once()
    {
        var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), settings: Endless);
        var clients = new List<TestClient>();
        foreach (var node in cluster.Nodes.Concat(cluster.Nodes))
        {
            clients.Add(await ConnectAsync(node, Hub));
        }

        await AssertAllEndAsync(cluster.Nodes, clients);
    }

    [Fact]
    public async Task A_node_that_can_not_reach_Redis_waits_for_nobody()
    {
        var redis = await RedisServer.StartAsync();
        var cluster = await StartClusterAsync(redis, nodes: 2, settings: Endless);
        var clients = new List<TestClient> { await ConnectAsync(cluster.Nodes[0], Hub), await ConnectAsync(cluster.Nodes[1], Hub) };
        await redis.KillAsync();

        // Another node can't be told; the node itself can.
        using (var response = await cluster.Nodes[0].PostAsync($"/cluster/nodes/{cluster.Nodes[1].NodeId}:drain"))
        {
            Assert.Equal(503, (int)response.StatusCode);
        }

        using (var response = await cluster.Nodes[0].PostAsync($"/cluster/nodes/{cluster.Nodes[0].NodeId}:drain"))
        {
            Assert.Equal(202, (int)response.StatusCode);
        }

        // The other one still counts as ready for as long as its lease would last.
        await AssertAllEndAsync(cluster.Nodes, clients);
    }

    private static async Task AssertAllEndAsync(IReadOnlyList<NodeProcess> nodes, List<TestClient> clients)
    {
        foreach (var node in nodes)
        {
            node.Terminate();
        }

        foreach (var client in clients)
        {
            Assert.Equal(1001, (await client.WaitForCloseAsync()).Code);
        }

        foreach (var node in nodes)
        {
            Assert.Equal(0, await node.WaitForExitAsync());
        }
    }
}
