using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Cluster;

/// <summary>The registry on a real Redis, since its script is the half of it.</summary>
public sealed class NodeRegistryTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    private const int Long = 600_000;
    private const int Short = 150;

    [Fact]
    public async Task A_registered_node_is_there_with_its_record_and_lease()
    {
        var registry = await Registry.NewAsync(redis, Long);
        var node = Registry.Node("a", generation: 3) with
        {
            State = NodeState.Draining,
            Load = new NodeLoad { Connections = 7, CpuPercent = 12.5, MemoryBytes = 1L << 40 },
            Hubs = new Dictionary<string, int> { ["chat"] = 7 },
        };

        var seen = await registry.Nodes.RegisterAsync(node);

        foreach (var snapshot in new[] { seen, await registry.Nodes.ReadAsync() })
        {
            var live = Assert.Single(snapshot.Nodes);
            Assert.Equal(node with { Hubs = live.Node.Hubs }, live.Node);
            Assert.Equal(node.Hubs, live.Node.Hubs);
            Assert.Equal("a.3", live.Node.Inbox);
            Assert.InRange(live.LeaseRemaining.TotalMilliseconds, 1, Long);
            Assert.Empty(snapshot.Expired);
            Assert.Equal(node.Address, snapshot.Find("a")?.Address);
            Assert.Null(snapshot.Find("b"));
        }
    }

    [Fact]
    public async Task Nodes_come_in_the_order_of_their_start()
    {
        var registry = await Registry.NewAsync(redis, Long);
        foreach (var (id, start) in new[] { ("c", 2), ("a", 3), ("d", 1), ("b", 2) })
        {
            await registry.Nodes.RegisterAsync(Registry.Node(id, startedAt: start));
        }

        Assert.Equal(["d", "b", "c", "a"], (await registry.Nodes.ReadAsync()).Nodes.Select(live => live.Node.NodeId));
    }

    [Fact]
    public async Task A_renewal_brings_a_new_record_and_a_new_lease()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.Connection.GetDatabase().SortedSetAddAsync(registry.Keys.Leases, "a.0", 0); // As if it had run out long ago.
        Assert.Equal(["a.0"], (await registry.Nodes.ReadAsync()).Expired);

        // Nobody has claimed it, so its interest is still complete.
        var (held, snapshot) = await registry.Nodes.RenewAsync(Registry.Node("a") with { Load = new NodeLoad { Connections = 5 } });

        Assert.True(held);
        Assert.Equal(5, snapshot.Find("a")?.Load.Connections);
        Assert.Empty(snapshot.Expired);
    }

    [Fact]
    public async Task Without_lease_there_is_no_renewal()
    {
        var registry = await Registry.NewAsync(redis, Long);

        Assert.False((await registry.Nodes.RenewAsync(Registry.Node("a"))).Held); // Redis has lost it, or never had it.
        Assert.Empty((await registry.Nodes.ReadAsync()).Nodes);

        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        Assert.False((await registry.Nodes.RenewAsync(Registry.Node("a", generation: 1))).Held);
        Assert.True((await registry.Nodes.RenewAsync(Registry.Node("a"))).Held);
    }

    [Fact]
    public async Task A_node_whose_lease_ran_out_is_dead_for_everyone()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));

        var snapshot = await registry.WaitAsync(seen => seen.Nodes.IsEmpty);

        Assert.Equal(["a.0"], snapshot.Expired);
        Assert.Null(snapshot.FirstExpiry);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"nodeId\":\"x\",\"generation\":\"many\"}")]
    [InlineData("{\"nodeId\":\"x\",\"generation\":0,\"address\":\"http://x\",\"state\":\"resting\",\"startedAt\":\"2026-01-01T00:00:00Z\"}")]
    public async Task A_record_that_nobody_can_read_does_not_hide_the_others(string json)
    {
        var registry = await Registry.NewAsync(redis, Long);
        await registry.Nodes.RegisterAsync(Registry.Node("x"));
        await registry.Nodes.RegisterAsync(Registry.Node("b"));
        await registry.Connection.GetDatabase().HashSetAsync(registry.Keys.Nodes, "x.0", json);

        Assert.Equal("b", Assert.Single((await registry.Nodes.ReadAsync()).Nodes).Node.NodeId);
    }

    [Fact]
    public async Task A_record_of_a_later_version_is_read_as_far_as_it_is_known()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.Connection.GetDatabase().HashSetAsync(
            registry.Keys.Nodes,
            "a.0",
            """{"nodeId":"a","generation":0,"address":"http://a","state":"ready","startedAt":"2026-01-01T00:00:00Z","zone":"z","load":{"connections":3,"gpu":1}}""");

        Assert.Equal(3, (await registry.Nodes.ReadAsync()).Find("a")?.Load.Connections);
    }

    [Fact]
    public async Task Clusters_with_other_names_do_not_see_each_other()
    {
        var one = await Registry.NewAsync(redis, Long);
        var other = await Registry.NewAsync(redis, Long);
        await one.Nodes.RegisterAsync(Registry.Node("a"));

        Assert.Empty((await other.Nodes.ReadAsync()).Nodes);
    }
}
