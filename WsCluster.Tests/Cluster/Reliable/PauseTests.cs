using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Reliable;

/// <summary>A node that stands still for longer than its lease: others take it for dead, and it does not know.</summary>
[Collection<RedisServerClusterCollection>]
public sealed class PauseTests(RedisServerClusterFixture fixture) : ClusterProcessTest(fixture)
{
    [Fact]
    public async Task Who_has_moved_gets_nothing_from_it_and_who_has_not_misses_nothing()
    {
        var paused = await Cluster.AddNodeAsync();
        var moved = await ConnectReliableAsync(paused, Hub, "moved", groups: ["g"]);
        var stayed = await ConnectReliableAsync(paused, Hub, "stayed", groups: ["g"]);
        var plain = await ConnectAsync(paused, Hub, "plain", groups: ["g"]);
        var sender = await ConnectAsync(0);
        await sender.SendToGroupAsync("g", "before").Succeeds();
        await moved.AssertReceivedAsync("before");
        await stayed.AssertReceivedAsync("before");

        paused.Pause();
        await sender.SendToGroupAsync("g", "paused").Succeeds(); // It waits in the node's inbox, as long as Redis holds it.
        foreach (var node in Cluster.Nodes.Where(node => node != paused))
        {
            await Eventually.True(
                async () => (await node.GetClusterAsync()).Find(paused.NodeId) is null, $"{node.Name} takes the node for dead");
        }

        var last = await moved.RecoverAsync(Cluster.Nodes[1]);
        await Eventually.True(
            async () => await IsDetachedAsync(stayed), "somebody cleans up after it");
        await sender.SendToGroupAsync("g", "dead").Succeeds();
        await sender.SendToUserAsync("stayed", "to the one who stayed").Succeeds();
        await sender.SendToUserAsync("moved", "to the one who moved").Succeeds();
        paused.Resume();

        Assert.NotEqual(1008, (await last.WaitForCloseAsync()).Code);
        Assert.Empty(moved.Late.Items);
        await Eventually.True(
            async () => (await Cluster.Nodes[0].GetClusterAsync()).Find(paused.NodeId) is { State: "ready" }, "the node is back");
        await sender.SendToGroupAsync("g", "after").Succeeds();
        await moved.AssertReceivedAsync("before", "paused", "dead", "to the one who moved", "after");
        await stayed.AssertReceivedAsync("before", "paused", "dead", "to the one who stayed", "after");
        await plain.Messages.WaitForAsync(message => message.Text == "after", "the last message");
        Assert.Equal(["before", "paused", "dead", "after"], plain.Messages.Items.Select(message => message.Text));
        Assert.Empty(stayed.Repeated.Items);
        Assert.True(stayed.Socket.IsOpen && plain.IsOpen, "Its clients stay.");

        // Where its session is now, it can be taken from.
        stayed.Abort();
        await stayed.RecoverAsync(Cluster.Nodes[2]);
        Cluster.Forget(paused);
        Assert.Equal(0, await paused.StopAsync());
        await Cluster.WaitForNodesAsync(3);
    }
}
