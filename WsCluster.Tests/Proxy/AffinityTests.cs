using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Proxy;

[Collection(ProxyCollection.Name)]
public sealed class AffinityTests(SharedRedis redis)
{
    [Fact]
    public async Task A_cookie_means_the_same_node_to_every_proxy()
    {
        await using var cluster = new ProxyFixture(redis);
        for (var i = 0; i < 4; i++)
        {
            await cluster.StartNodeAsync();
        }

        var first = await cluster.StartProxyForAsync(4);
        var second = await cluster.StartProxyForAsync(4);
        using var client = await ProxyClient.ConnectAsync(first.Urls.First());
        Assert.StartsWith(".WsCluster.Node=", client.Cookie, StringComparison.Ordinal);

        for (var i = 0; i < 10; i++)
        {
            using var again = await ProxyClient.ConnectAsync((i % 2 == 0 ? first : second).Urls.First(), cookie: client.Cookie);
            Assert.Equal(client.Node, again.Node);
            Assert.Null(again.Cookie);
        }
    }

    [Fact]
    public async Task The_cookie_is_for_the_browser_only()
    {
        await using var cluster = new ProxyFixture(redis);
        await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);

        var header = (await ProxyFixture.SendAsync(proxy, "/request")).Headers.GetValues("Set-Cookie").Single().ToLowerInvariant();

        Assert.Contains("httponly", header, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", header, StringComparison.Ordinal);
        Assert.Contains("path=/", header, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_of_a_node_that_is_gone_is_replaced()
    {
        await using var cluster = new ProxyFixture(redis);
        var gone = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);
        var cookie = ProxyFixture.CookieOf(await ProxyFixture.SendAsync(proxy, "/request"));
        var other = await cluster.StartNodeAsync();
        await cluster.RegisterAsync(gone, NodeState.Draining);
        await ProxyFixture.KnowsAsync(proxy, 1);

        await Eventually.True(
            async () =>
            {
                var response = await ProxyFixture.SendAsync(proxy, "/request", cookie: cookie);
                return ProxyFixture.NodeOf(response) == other.NodeId && ProxyFixture.CookieOf(response) is { } replaced && replaced != cookie;
            },
            "the client is with the other node");
    }

    [Fact]
    public async Task A_resuming_client_goes_to_the_node_of_its_connection_whatever_its_cookie_says()
    {
        await using var cluster = new ProxyFixture(redis);
        FakeNode[] nodes = [await cluster.StartNodeAsync(), await cluster.StartNodeAsync(), await cluster.StartNodeAsync()];
        var proxy = await cluster.StartProxyForAsync(3);
        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First());

        foreach (var node in nodes)
        {
            var path = $"/client/hubs/chat?awps_connection_id=abc.def.{node.NodeId}&awps_reconnection_token=x";
            using var resumed = await ProxyClient.ConnectAsync(proxy.Urls.First(), path, client.Cookie);
            Assert.Equal(node.NodeId, resumed.Node);
        }
    }

    [Theory]
    [InlineData("abc.nosuchnode")]
    [InlineData("abc.")]
    [InlineData("abc")]
    [InlineData("")]
    public async Task A_resuming_client_whose_node_is_unknown_goes_by_its_cookie(string connectionId)
    {
        await using var cluster = new ProxyFixture(redis);
        await cluster.StartNodeAsync();
        await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(2);
        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First());

        using var resumed = await ProxyClient.ConnectAsync(
            proxy.Urls.First(), $"/client/hubs/chat?awps_connection_id={connectionId}", client.Cookie);

        Assert.Equal(client.Node, resumed.Node);
    }
}
