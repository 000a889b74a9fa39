using Microsoft.AspNetCore.Builder;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Demo;

/// <summary><c>wscluster_node</c>: where the demo page wants a client to go.</summary>
[Collection(ProxyCollection.Name)]
public sealed class NodeHintTests(SharedRedis redis)
{
    [Fact]
    public async Task A_client_goes_to_the_node_that_is_named_whatever_its_cookie_says()
    {
        await using var cluster = new ProxyFixture(redis);
        FakeNode[] nodes = [await cluster.StartNodeAsync(), await cluster.StartNodeAsync(), await cluster.StartNodeAsync()];
        var proxy = await cluster.StartProxyForAsync(3, DemoOptions.On);
        using var first = await ConnectAsync(proxy, "");

        foreach (var node in nodes)
        {
            using var client = await ConnectAsync(proxy, "?wscluster_node=" + node.NodeId, first.Cookie);
            Assert.Equal(node.NodeId, client.Node);
        }
    }

    [Fact]
    public async Task A_hint_leaves_the_affinity_of_the_browser_alone()
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1, DemoOptions.On);

        foreach (var hint in new[] { node.NodeId, "any" })
        {
            using var hinted = await ConnectAsync(proxy, "?wscluster_node=" + hint);
            Assert.Null(hinted.Cookie);
        }

        using var unhinted = await ConnectAsync(proxy, "");
        Assert.NotNull(unhinted.Cookie);
    }

    [Theory]
    [InlineData("any")]
    [InlineData("nosuchnode")]
    public async Task Without_such_a_node_load_decides_and_no_cookie(string hint)
    {
        await using var cluster = new ProxyFixture(redis);
        var full = await cluster.StartNodeAsync(connections: 1_000);
        var proxy = await cluster.StartProxyForAsync(1, DemoOptions.On);
        using var first = await ConnectAsync(proxy, "");
        Assert.Equal(full.NodeId, first.Node);
        var empty = await cluster.StartNodeAsync();
        await ProxyFixture.KnowsAsync(proxy, 2);

        using var client = await ConnectAsync(proxy, "?wscluster_node=" + hint, first.Cookie);

        Assert.Equal(empty.NodeId, client.Node);
    }

    [Fact]
    public async Task A_node_that_drains_is_not_preferred()
    {
        await using var cluster = new ProxyFixture(redis);
        FakeNode[] nodes = [await cluster.StartNodeAsync(), await cluster.StartNodeAsync()];
        await cluster.RegisterAsync(nodes[0], NodeState.Draining);
        var proxy = await cluster.StartProxyForAsync(1, DemoOptions.On);

        using var client = await ConnectAsync(proxy, "?wscluster_node=" + nodes[0].NodeId);

        Assert.Equal(nodes[1].NodeId, client.Node);
    }

    [Fact]
    public async Task It_means_nothing_where_the_demo_is_off()
    {
        await using var cluster = new ProxyFixture(redis);
        FakeNode[] nodes = [await cluster.StartNodeAsync(), await cluster.StartNodeAsync()];
        var proxy = await cluster.StartProxyForAsync(2);
        using var first = await ConnectAsync(proxy, "");

        foreach (var node in nodes)
        {
            using var client = await ConnectAsync(proxy, "?wscluster_node=" + node.NodeId, first.Cookie);
            Assert.Equal(first.Node, client.Node);
        }
    }

    private static Task<ProxyClient> ConnectAsync(WebApplication proxy, string query, string? cookie = null) =>
        ProxyClient.ConnectAsync(proxy.Urls.First(), "/client/hubs/demo" + query, cookie);
}
