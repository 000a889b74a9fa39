using System.Net;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>Nodes come, go, die and come back; everyone knows, and nothing is left of the dead.</summary>
public abstract class MembershipTests(ClusterFixture fixture) : ClusterProcessTest(fixture)
{
    [Fact]
    public async Task Every_node_lists_all_nodes()
    {
        foreach (var node in Cluster.Nodes)
        {
            var view = await node.GetClusterAsync();
            Assert.Equal(Cluster.Nodes.Select(n => n.NodeId).Order(), view.Nodes.Select(n => n.NodeId).Order());
            foreach (var entry in view.Nodes)
            {
                Assert.Matches("^[a-z0-9]{10}$", entry.NodeId);
                Assert.Equal("ready", entry.State);
                Assert.Equal(Cluster.Nodes.Single(n => n.NodeId == entry.NodeId).Address, new Uri(entry.Address));
                Assert.InRange(entry.LeaseRemainingMs, 1, 5_000);
                Assert.True(entry.Load.MemoryBytes > 0, "A node reports its memory.");
            }
        }
    }

    [Fact]
    public async Task A_killed_node_is_forgotten_without_a_trace()
    {
        var doomed = await Cluster.AddNodeAsync();
        Cluster.Forget(doomed);
        var survivor = await ConnectAsync(0, "u", groups: ["g"]);
        var victim = await ConnectAsync(doomed, Hub, "u", groups: ["g", "its own"]);
        Assert.NotEmpty(await RedisContents.FindAsync(Cluster.Redis, doomed.NodeId));

        await doomed.KillAsync();

        Assert.Equal(SocketClosure.Abnormal, (await victim.WaitForCloseAsync()).Code);
        foreach (var node in Cluster.Nodes)
        {
            var gone = await Eventually.True(
                async () => (await node.GetClusterAsync()).Find(doomed.NodeId) is null, $"{node.Name} forgets the dead node");
            Report($"{node.Name} forgot the dead node after {gone.TotalSeconds:0.0} s more.");
        }

        var clean = await Eventually.True(
            async () => (await RedisContents.FindAsync(Cluster.Redis, doomed.NodeId)).Count == 0, "no key names the dead node");
        Report($"No key names the dead node after {clean.TotalSeconds:0.0} s more.");
        await survivor.SendToConnectionAsync(victim.ConnectionId, 1).FailsWith("NotFound");
        await survivor.SendToGroupAsync("g", 1).Succeeds();
        await survivor.Messages.WaitForCountAsync(1);
        await Cluster.WaitForNodesAsync(3);
    }

    [Fact]
    public async Task A_stopped_node_says_goodbye()
    {
        var leaving = await Cluster.AddNodeAsync();
        Cluster.Forget(leaving);
        var client = await ConnectAsync(leaving, Hub, "u", groups: ["g"]);

        var exit = leaving.StopAsync();

        Assert.Equal(1001, (await client.WaitForCloseAsync()).Code);
        await client.Frames.WaitForAsync(
            frame => frame.GetProperty("type").GetString() == "system" && frame.GetProperty("event").GetString() == "disconnected",
            "the disconnected frame");
        Assert.Equal(0, await exit);

        // It has cleaned up after itself before it ended; the others needn't wait for its lease.
        Assert.Empty(await RedisContents.FindAsync(Cluster.Redis, leaving.NodeId));
        await Cluster.WaitForNodesAsync(3);
    }

    [Fact]
    public async Task A_node_that_stood_still_comes_back_with_its_clients()
    {
        var paused = await Cluster.AddNodeAsync();
        var generation = (await paused.GetClusterAsync()).Find(paused.NodeId)!.Generation;
        var sender = await ConnectAsync(0);
        var client = await ConnectAsync(paused, Hub, "u");
        await client.JoinAsync("g").Succeeds();

        paused.Pause();
        foreach (var node in Cluster.Nodes.Where(node => node != paused))
        {
            await Eventually.True(
                async () => (await node.GetClusterAsync()).Find(paused.NodeId) is null, $"{node.Name} takes the node for dead");
        }

        await Eventually.True(
            async () => (await RedisContents.FindAsync(Cluster.Redis, paused.NodeId)).Count == 0, "somebody cleans up after it");
        paused.Resume();

        await Eventually.True(
            async () => (await Cluster.Nodes[0].GetClusterAsync()).Find(paused.NodeId) is { State: "ready" } node && node.Generation > generation,
            "the node is back with a higher generation");
        await Eventually.True(async () => await paused.GetStatusAsync("/health") == HttpStatusCode.OK, "the node is healthy");
        Assert.True(client.IsOpen, "Its clients stay.");

        var count = client.Messages.Items.Count;
        await sender.SendToGroupAsync("g", "group").Succeeds();
        await sender.SendToUserAsync("u", "user").Succeeds();
        await sender.SendToConnectionAsync(client.ConnectionId, "connection").Succeeds();
        await sender.BroadcastAsync("hub").Succeeds();
        var received = await client.Messages.WaitForCountAsync(count + 4);
        Assert.Equal(["group", "user", "connection", "hub"], received.Skip(count).Select(message => message.Text));

        Cluster.Forget(paused);
        Assert.Equal(0, await paused.StopAsync());
        Assert.Empty(await RedisContents.FindAsync(Cluster.Redis, paused.NodeId));
        await Cluster.WaitForNodesAsync(3);
    }
}

/// <inheritdoc/>
[Collection<EmbeddedClusterCollection>]
public sealed class MembershipOnEmbeddedRedisTests(EmbeddedClusterFixture fixture) : MembershipTests(fixture);

/// <inheritdoc/>
[Collection<RedisServerClusterCollection>]
public sealed class MembershipOnRedisServerTests(RedisServerClusterFixture fixture) : MembershipTests(fixture);
