using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Reliable;

/// <summary>A node is killed, or stops, and its reliable clients go on elsewhere.</summary>
[Collection<RedisServerClusterCollection>]
public sealed class NodeLossTests(RedisServerClusterFixture fixture) : ClusterProcessTest(fixture)
{
    [Fact]
    public async Task A_killed_node_costs_its_clients_nothing()
    {
        var doomed = await Cluster.AddNodeAsync();
        Cluster.Forget(doomed);
        var client = await ConnectReliableAsync(doomed, Hub, "u", groups: ["g"]);
        var sender = await ConnectAsync(0);
        await sender.SendToGroupAsync("g", "1").Succeeds();
        await client.AssertReceivedAsync("1");

        await doomed.KillAsync();
        Assert.Equal(SocketClosure.Abnormal, (await client.Socket.WaitForCloseAsync()).Code);
        await sender.SendToGroupAsync("g", "2").Succeeds(); // Everybody still takes the node for alive.
        await sender.SendToUserAsync("u", "3").Succeeds();
        await sender.SendToConnectionAsync(client.ConnectionId, "4").Succeeds();
        await client.RecoverAsync(Cluster.Nodes[1]);
        await sender.SendToGroupAsync("g", "5").Succeeds();

        await client.AssertReceivedAsync("1", "2", "3", "4", "5");
        await Cluster.WaitForNodesAsync(3);
    }

    [Fact]
    public async Task Sessions_of_a_dead_node_wait_for_clients_that_come_later()
    {
        var doomed = await Cluster.AddNodeAsync();
        Cluster.Forget(doomed);
        var client = await ConnectReliableAsync(doomed, Hub, "u", groups: ["g"]);
        var sender = await ConnectAsync(0);

        await doomed.KillAsync();
        await Cluster.WaitForNodesAsync(3);
        await Eventually.True(async () => await IsDetachedAsync(client), "somebody cleans up after the node");
        await sender.SendToGroupAsync("g", "1").Succeeds();
        await sender.SendToUserAsync("u", "2").Succeeds();
        await sender.SendToConnectionAsync(client.ConnectionId, "3").Succeeds();
        await client.RecoverAsync(Cluster.Nodes[1]);

        await client.AssertReceivedAsync("1", "2", "3");
    }

    [Fact]
    public async Task A_node_that_stops_sends_its_clients_elsewhere()
    {
        var leaving = await Cluster.AddNodeAsync();
        Cluster.Forget(leaving);
        var client = await ConnectReliableAsync(leaving, Hub, groups: ["g"]);
        var sender = await ConnectAsync(0);
        await sender.SendToGroupAsync("g", "1").Succeeds();
        await client.AssertReceivedAsync("1");

        var exit = leaving.StopAsync();
        Assert.Equal(1001, (await client.Socket.WaitForCloseAsync()).Code);
        await sender.SendToGroupAsync("g", "2").Succeeds();
        await client.RecoverAsync(Cluster.Nodes[0]);
        await sender.SendToGroupAsync("g", "3").Succeeds();

        await client.AssertReceivedAsync("1", "2", "3");
        Assert.Equal(0, await exit);
        await Cluster.WaitForNodesAsync(3);
        await sender.SendToGroupAsync("g", "4").Succeeds();
        await client.AssertReceivedAsync("1", "2", "3", "4");
    }
}
