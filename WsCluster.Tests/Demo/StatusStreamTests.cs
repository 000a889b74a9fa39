using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>The stream of a whole cluster: what it says, and what it costs.</summary>
[Collection<DemoCollection>]
public sealed class StatusStreamTests(DemoClusterFixture fixture) : ClusterProcessTest(fixture)
{
    [Fact]
    public async Task It_shows_the_nodes_with_state_lease_and_load()
    {
        await ConnectAsync(0, "a");
        await ConnectAsync(1, "b");
        var stream = Own(await StatusStream.OpenAsync(Cluster.Proxy.Address));

        var cluster = await stream.Cluster.WaitForAsync(
            seen => seen.GetProperty("nodes").EnumerateArray().Sum(node => node.GetProperty("hubs").TryGetProperty(Hub, out var count) ? count.GetInt32() : 0) == 2,
            "both connections are counted");

        Assert.True(cluster.GetProperty("redis").GetProperty("available").GetBoolean());
        Assert.InRange(cluster.GetProperty("proxy").GetProperty("pages").GetInt32(), 1, 100);
        Assert.InRange(cluster.GetProperty("proxy").GetProperty("memoryBytes").GetInt64(), 10_000_000, 2_000_000_000);
        var nodes = cluster.GetProperty("nodes").EnumerateArray().ToDictionary(node => node.GetProperty("id").GetString()!);
        Assert.Equal(Cluster.Nodes.Select(node => node.NodeId).Order(), nodes.Keys.Order());
        foreach (var node in Cluster.Nodes)
        {
            var shown = nodes[node.NodeId];
            Assert.Equal(node.Address, new Uri(shown.GetProperty("address").GetString()!));
            Assert.Equal("ready", shown.GetProperty("state").GetString());
            Assert.InRange(shown.GetProperty("leaseRemainingMs").GetInt64(), 0, 5_000);
            Assert.InRange(shown.GetProperty("memoryBytes").GetInt64(), 10_000_000, 2_000_000_000);
            Assert.True(shown.GetProperty("startedAt").GetInt64() < cluster.GetProperty("time").GetInt64());
            foreach (var number in new[] { "connections", "messagesPerSecond", "deliveriesPerSecond", "inboxMessages", "cpuPercent" })
            {
                Assert.True(shown.GetProperty(number).GetDouble() >= 0, number);
            }
        }
    }

    [Fact]
    public async Task An_orderly_stop_is_told_as_one()
    {
        var stream = Own(await StatusStream.OpenAsync(Cluster.Proxy.Address));
        var node = await Cluster.AddNodeAsync();
        await stream.WaitForStoryAsync("ready", node.NodeId);

        await node.StopAsync();
        Cluster.Forget(node);

        await stream.WaitForStoryAsync("left", node.NodeId);
        await Cluster.WaitForNodesAsync(3);
        Assert.Equal(["joined", "ready", "draining", "left"], stream.Told(node.NodeId));
    }

    [Fact]
    public async Task A_page_that_comes_back_gets_what_it_missed_and_a_new_one_nothing_of_the_past()
    {
        NodeProcess node;
        string? last;
        await using (var stream = await StatusStream.OpenAsync(Cluster.Proxy.Address))
        {
            node = await Cluster.AddNodeAsync();
            await stream.WaitForStoryAsync("ready", node.NodeId);
            last = stream.LastEventId;
        }

        await node.KillAsync();
        Cluster.Forget(node);
        await Cluster.WaitForNodesAsync(3);
        var same = Own(await StatusStream.OpenAsync(Cluster.Proxy.Address, last));
        var story = await same.WaitForStoryAsync("cleaned", node.NodeId);
        Assert.Equal(node.Address, new Uri(story.GetProperty("address").GetString()!));
        var told = same.Told(node.NodeId);
        if (told.Contains("claimed"))
        {
            // Else the clean-up was over before the proxy looked.
            Assert.Equal(["died", "claimed", "cleaned"], told);
            var claimant = (await same.WaitForStoryAsync("claimed", node.NodeId)).GetProperty("by").GetString();
            Assert.Contains(claimant, Cluster.Nodes.Select(other => other.NodeId));
        }
        else
        {
            Assert.Equal(["died", "cleaned"], told);
        }

        var fresh = Own(await StatusStream.OpenAsync(Cluster.Proxy.Address));
        await fresh.Cluster.WaitForCountAsync(2);
        Assert.Empty(fresh.Story.Items);

        var ofAnotherProxy = Own(await StatusStream.OpenAsync(Cluster.Proxy.Address, "00000000-99999"));
        await ofAnotherProxy.WaitForStoryAsync("cleaned", node.NodeId);
    }
}
