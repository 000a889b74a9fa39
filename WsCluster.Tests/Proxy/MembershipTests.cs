using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Proxy;

[Collection(ProxyCollection.Name)]
public sealed class MembershipTests(SharedRedis redis)
{
    [Fact]
    public async Task Nodes_come_drain_and_leave()
    {
        await using var cluster = new ProxyFixture(redis);
        var first = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);
        Assert.Equal(first.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));

        var second = await cluster.StartNodeAsync();
        await ProxyFixture.KnowsAsync(proxy, 2);

        await cluster.RegisterAsync(first, NodeState.Draining);
        await ProxyFixture.KnowsAsync(proxy, 1);
        Assert.Equal(second.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));

        await cluster.Registry.LeaveAsync(NodeRecord.InboxName(second.NodeId, 1), TimeSpan.FromSeconds(1));
        await ProxyFixture.KnowsAsync(proxy, 0);
    }

    [Fact]
    public async Task Joining_nodes_get_no_clients()
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        await cluster.RegisterAsync(node, NodeState.Joining);
        var proxy = await cluster.StartProxyAsync();
        await cluster.StartNodeAsync();

        await ProxyFixture.KnowsAsync(proxy, 1);
        Assert.NotEqual(node.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));
    }

    [Fact]
    public async Task A_node_whose_lease_ran_out_gets_no_clients()
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);

        // Registering again with a short lease, and never renewing it, is what the death of a process looks like.
        var snapshot = await cluster.Registry.ReadAsync();
        await cluster.CreateRegistry(TimeSpan.FromMilliseconds(500)).RegisterAsync(snapshot.Find(node.NodeId)!);

        await ProxyFixture.KnowsAsync(proxy, 0);
    }

    [Fact]
    public async Task A_websocket_survives_the_draining_of_its_node_and_the_end_of_its_registration()
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);
        using var client = await ProxyClient.ConnectAsync(proxy.Urls.First());
        await client.EchoAsync();

        var other = await cluster.StartNodeAsync();
        await cluster.RegisterAsync(node, NodeState.Draining);
        await Eventually.True(
            async () => ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")) == other.NodeId, "newcomers go to the other node");
        await client.EchoAsync();

        await cluster.Registry.LeaveAsync(NodeRecord.InboxName(node.NodeId, 1), TimeSpan.FromSeconds(1));
        await ProxyFixture.KnowsAsync(proxy, 1);
        await client.EchoAsync();
        Assert.Equal(1, node.WebSockets);
    }

    [Fact]
    public async Task Many_changes_at_once_end_in_the_last_state()
    {
        await using var cluster = new ProxyFixture(redis);
        var nodes = new List<FakeNode>();
        var proxy = await cluster.StartProxyAsync();
        for (var i = 0; i < 8; i++)
        {
            nodes.Add(await cluster.StartNodeAsync());
        }

        foreach (var node in nodes.Skip(1))
        {
            await cluster.RegisterAsync(node, NodeState.Draining);
        }

        await ProxyFixture.KnowsAsync(proxy, 1);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(nodes[0].NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));
        }
    }
}
