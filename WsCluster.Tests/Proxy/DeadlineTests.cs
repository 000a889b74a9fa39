using System.IO.Pipelines;
using System.Net;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Proxy;

/// <summary>The deadline for a node's response headers, set to half a second here: what it cuts, and what it must not.</summary>
[Collection(ProxyCollection.Name)]
public sealed class DeadlineTests(SharedRedis redis)
{
    private const string Short = "--WsCluster:Proxy:ResponseHeaderTimeout=00:00:00.5";

    // That nothing happens can only be seen by letting the deadline pass.
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task A_handshake_with_a_hung_node_goes_to_another()
    {
        await using var cluster = new ProxyFixture(redis);
        var hung = await cluster.StartHungNodeAsync();
        var alive = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(2, Short);

        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First(), $"/client/hubs/chat?awps_connection_id=x.{hung}");

        Assert.Equal(alive.NodeId, client.Node);
        await client.EchoAsync();
    }

    [Fact]
    public async Task With_nothing_but_hung_nodes_the_client_is_told()
    {
        await using var cluster = new ProxyFixture(redis);
        await cluster.StartHungNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1, Short);

        Assert.Equal(HttpStatusCode.GatewayTimeout, (await ProxyFixture.SendAsync(proxy, "/request")).StatusCode);
        var post = await ProxyFixture.SendAsync(proxy, "/count", HttpMethod.Post, new StringContent("hello"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, post.StatusCode);
    }

    [Fact]
    public async Task An_idle_websocket_and_a_long_answer_are_not_cut()
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1, Short);
        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First());
        var answer = await ProxyFixture.SendAsync(proxy, "/slow");

        await Task.Delay(Longer, TestContext.Current.CancellationToken);
        node.Continue.SetResult();

        Assert.Equal("begin,end", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await client.EchoAsync();
    }

    [Fact]
    public async Task A_slow_body_is_the_clients_own_time()
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1, Short);
        var body = new Pipe(new PipeOptions(pauseWriterThreshold: 0));

        var sending = ProxyFixture.SendAsync(proxy, "/count", HttpMethod.Post, new StreamContent(body.Reader.AsStream()));

        // More than a client holds back in its buffer, so that the node has the request while the rest is still to come.
        await body.Writer.WriteAsync(new byte[100_000], TestContext.Current.CancellationToken);
        await Eventually.True(() => node.Requests == 1, "the request is with the node");
        await Task.Delay(Longer, TestContext.Current.CancellationToken);
        await body.Writer.WriteAsync(new byte[100_000], TestContext.Current.CancellationToken);
        await body.Writer.CompleteAsync();

        var response = await sending;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("200000", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
