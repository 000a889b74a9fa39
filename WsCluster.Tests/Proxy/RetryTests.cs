using System.Net;
using System.Net.WebSockets;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Proxy;

[Collection(ProxyCollection.Name)]
public sealed class RetryTests(SharedRedis redis)
{
    [Fact]
    public async Task A_dead_node_costs_its_newcomers_nothing_while_it_is_still_registered()
    {
        await using var cluster = new ProxyFixture(redis);
        var dead = await cluster.StartNodeAsync();
        var alive = await cluster.StartNodeAsync(connections: 1000);
        var proxy = await cluster.StartProxyForAsync(2);
        using var retries = new CounterProbe(proxy, "wscluster.proxy.retries");
        await dead.DieAsync();

        // Balanced by load: all want the dead one.
        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First());
        await client.EchoAsync();

        Assert.Equal(alive.NodeId, client.Node);
        Assert.Equal(1, retries.Total);

        // The cookie is that of the node that answered.
        var again = await ProxyFixture.SendAsync(proxy, "/request", cookie: client.Cookie);
        Assert.Equal(alive.NodeId, ProxyFixture.NodeOf(again));
        Assert.Null(ProxyFixture.CookieOf(again));
    }

    [Fact]
    public async Task A_client_of_a_dead_node_gets_the_cookie_of_the_one_that_took_it()
    {
        await using var cluster = new ProxyFixture(redis);
        var dead = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);
        var cookie = ProxyFixture.CookieOf(await ProxyFixture.SendAsync(proxy, "/request"));
        var alive = await cluster.StartNodeAsync();
        await ProxyFixture.KnowsAsync(proxy, 2);
        await dead.DieAsync();

        var response = await ProxyFixture.SendAsync(proxy, "/request", cookie: cookie);

        Assert.Equal(alive.NodeId, ProxyFixture.NodeOf(response));
        Assert.NotNull(ProxyFixture.CookieOf(response));
        Assert.NotEqual(cookie, ProxyFixture.CookieOf(response));
    }

    [Fact]
    public async Task A_body_that_no_node_has_seen_goes_to_another_node_in_full()
    {
        await using var cluster = new ProxyFixture(redis);
        var dead = await cluster.StartNodeAsync();
        var alive = await cluster.StartNodeAsync(connections: 1000);
        var proxy = await cluster.StartProxyForAsync(2);
        await dead.DieAsync();

        var response = await ProxyFixture.SendAsync(proxy, "/count", HttpMethod.Post, new ByteArrayContent(new byte[300_000]));

        Assert.Equal(alive.NodeId, ProxyFixture.NodeOf(response));
        Assert.Equal("300000", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_failed_node_is_avoided()
    {
        await using var cluster = new ProxyFixture(redis);
        var broken = await cluster.StartNodeAsync();
        var other = await cluster.StartNodeAsync(connections: 1000);
        var proxy = await cluster.StartProxyForAsync(2, "--WsCluster:Proxy:ReactivationPeriod=00:10:00");
        broken.Behaviour = Behaviour.BreakConnection;

        async Task<bool> GoesStraightToTheOther()
        {
            var before = broken.Requests;
            Assert.Equal(other.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));
            return broken.Requests == before;
        }

        await Eventually.True(GoesStraightToTheOther, "the failed node is avoided");
        for (var i = 0; i < 20; i++)
        {
            Assert.True(await GoesStraightToTheOther());
        }
    }

    [Fact]
    public async Task A_failed_node_gets_its_next_chance()
    {
        await using var cluster = new ProxyFixture(redis);
        var broken = await cluster.StartNodeAsync();
        var other = await cluster.StartNodeAsync(connections: 1000);
        var proxy = await cluster.StartProxyForAsync(2, "--WsCluster:Proxy:ReactivationPeriod=00:00:01");
        broken.Behaviour = Behaviour.BreakConnection;
        Assert.Equal(other.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));

        broken.Behaviour = Behaviour.Answer;

        await Eventually.True(
            async () => ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")) == broken.NodeId, "the node is asked again");
    }

    [Fact]
    public async Task A_websocket_over_http2_is_retried_like_any_other()
    {
        await using var cluster = new ProxyFixture(redis);
        var dead = await cluster.StartNodeAsync();
        var alive = await cluster.StartNodeAsync(connections: 1000);
        var proxy = await cluster.StartProxyForAsync(2, "--Kestrel:EndpointDefaults:Protocols=Http2");
        await dead.DieAsync();

        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First(), version: HttpVersion.Version20);

        Assert.Equal(alive.NodeId, client.Node);
        await client.EchoAsync();
    }

    [Fact]
    public async Task What_a_node_may_have_acted_on_is_not_repeated()
    {
        await using var cluster = new ProxyFixture(redis);
        var broken = await cluster.StartNodeAsync();
        var other = await cluster.StartNodeAsync(connections: 1000);
        var proxy = await cluster.StartProxyForAsync(2);
        broken.Behaviour = Behaviour.BreakConnection;

        var response = await ProxyFixture.SendAsync(proxy, "/count", HttpMethod.Post, new StringContent("hello"));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Null(ProxyFixture.CookieOf(response));
        Assert.Equal((1, 0), (broken.Requests, other.Requests));
    }

    [Fact]
    public async Task A_websocket_that_one_node_refuses_with_503_goes_to_another()
    {
        await using var cluster = new ProxyFixture(redis);
        var refusing = await cluster.StartNodeAsync();
        var other = await cluster.StartNodeAsync(connections: 1000);
        var proxy = await cluster.StartProxyForAsync(2);
        refusing.Behaviour = Behaviour.Refuse503;

        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First());

        Assert.Equal(other.NodeId, client.Node);
        Assert.Equal(1, refusing.Requests);
    }

    [Fact]
    public async Task A_503_for_any_other_request_is_the_nodes_answer()
    {
        await using var cluster = new ProxyFixture(redis);
        var refusing = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);
        refusing.Behaviour = Behaviour.Refuse503;

        var response = await ProxyFixture.SendAsync(proxy, "/request");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal($"{refusing.NodeId} refuses", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Each_node_is_tried_once_then_the_client_is_told_to_come_back()
    {
        await using var cluster = new ProxyFixture(redis);
        FakeNode[] nodes = [await cluster.StartNodeAsync(), await cluster.StartNodeAsync(), await cluster.StartNodeAsync()];
        var proxy = await cluster.StartProxyForAsync(3);
        foreach (var node in nodes)
        {
            node.Behaviour = Behaviour.Refuse503;
        }

        await Assert.ThrowsAsync<WebSocketException>(() => ProxyClient.ConnectAsync(proxy.Urls.First()));
        Assert.All(nodes, node => Assert.Equal(1, node.Requests));

        foreach (var node in nodes)
        {
            await node.DieAsync();
        }

        var response = await ProxyFixture.SendAsync(proxy, "/request");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }
}
