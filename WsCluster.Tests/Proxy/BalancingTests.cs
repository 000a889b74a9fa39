using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Proxy;

[Collection(ProxyCollection.Name)]
public sealed class BalancingTests(SharedRedis redis)
{
    [Fact]
    public async Task Websockets_spread_over_nodes_between_two_reports()
    {
        await using var cluster = new ProxyFixture(redis);
        FakeNode[] nodes = [await cluster.StartNodeAsync(), await cluster.StartNodeAsync(), await cluster.StartNodeAsync()];
        var proxy = await cluster.StartProxyForAsync(3);

        var clients = await Task.WhenAll(Enumerable.Range(0, 90).Select(_ => ProxyClient.ConnectAsync(proxy.Urls.First())));

        Assert.All(nodes, node => Assert.InRange(clients.Count(client => client.Node == node.NodeId), 20, 40));
        Assert.Equal(90, nodes.Sum(node => node.WebSockets));
        Assert.All(clients, client => client.Dispose());
        await Eventually.True(() => nodes.Sum(node => node.WebSockets) == 0, "the nodes see their clients leave");
    }

    [Fact]
    public async Task Each_websocket_counts_from_the_moment_it_is_assigned()
    {
        await using var cluster = new ProxyFixture(redis);
        var emptier = await cluster.StartNodeAsync();
        var fuller = await cluster.StartNodeAsync(connections: 5);
        var proxy = await cluster.StartProxyForAsync(2);
        using var assigned = new CounterProbe(proxy, "wscluster.proxy.assigned");

        // Of two nodes the choice is no matter of chance: the first five even the two out, the other ten take turns.
        var clients = new List<ProxyClient>();
        for (var i = 0; i < 15; i++)
        {
            clients.Add(await ProxyClient.ConnectAsync(proxy.Urls.First()));
        }

        Assert.Equal(15, assigned.Total);
        Assert.Equal(10, clients.Count(client => client.Node == emptier.NodeId));
        Assert.Equal(5, clients.Count(client => client.Node == fuller.NodeId));
        Assert.All(clients, client => client.Dispose());
    }

    [Fact]
    public async Task The_fullest_node_gets_nobody_while_there_are_emptier_ones()
    {
        await using var cluster = new ProxyFixture(redis);
        var full = await cluster.StartNodeAsync(connections: 1000);
        FakeNode[] others = [await cluster.StartNodeAsync(connections: 10), await cluster.StartNodeAsync(connections: 30)];
        var proxy = await cluster.StartProxyForAsync(3);

        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ProxyClient.ConnectAsync(proxy.Urls.First())));

        Assert.DoesNotContain(clients, client => client.Node == full.NodeId);
        Assert.All(others, node => Assert.Contains(clients, client => client.Node == node.NodeId));
        Assert.All(clients, client => client.Dispose());
    }
}
