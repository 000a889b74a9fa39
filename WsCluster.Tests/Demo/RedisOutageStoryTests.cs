using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>Redis goes and comes back empty: the nodes live on, and the story must not say otherwise.</summary>
[Collection<OwnClusterCollection>]
public sealed class RedisOutageStoryTests : ProcessTest
{
    [Fact]
    public async Task An_outage_of_Redis_is_told_and_nobody_is_taken_for_dead()
    {
        var redis = await RedisServer.StartAsync();
        var cluster = Own(await TestCluster.StartAsync(redis, nodes: 2, proxy: true, proxySettings: DemoClusterFixture.Settings));
        Watch(cluster);
        var stream = Own(await StatusStream.OpenAsync(cluster.Proxy.Address));
        await stream.Cluster.WaitForAsync(seen => seen.GetProperty("nodes").GetArrayLength() == 2, "both nodes are seen");

        await redis.KillAsync();
        await stream.WaitForStoryAsync("redis-lost");
        var before = stream.Cluster.Items.Count;
        var during = (await stream.Cluster.WaitForCountAsync(before + 2))[^1];
        Assert.False(during.GetProperty("redis").GetProperty("available").GetBoolean());
        Assert.Equal(2, during.GetProperty("nodes").GetArrayLength());

        await redis.RunAsync();
        await stream.WaitForStoryAsync("redis-back");
        await cluster.WaitForNodesAsync(2);
        var after = await stream.Cluster.WaitForAsync(
            seen => seen.GetProperty("redis").GetProperty("available").GetBoolean()
                && seen.GetProperty("time").GetInt64() > during.GetProperty("time").GetInt64()
                && seen.GetProperty("nodes").EnumerateArray().All(node => node.GetProperty("leaseRemainingMs").GetInt64() > 0),
            "all nodes hold a lease again");

        Assert.Equal(2, after.GetProperty("nodes").GetArrayLength());
        Assert.Equal(["redis-lost", "redis-back"], stream.Told());
        Assert.All(cluster.Nodes, node => Assert.Empty(stream.Told(node.NodeId).Except(["ready"])));
    }
}
