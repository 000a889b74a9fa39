using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Cluster;

/// <summary>The registry on a real Redis, since its script is the half of it.</summary>
public sealed class NodeRegistryTests(RedisServer redis) : IClassFixture<RedisServer>
{
    private const int Long = 600_000;
    private const int Short = 150;

    private static readonly TimeSpan LongClaim = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortClaim = TimeSpan.FromMilliseconds(150);

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

    [Fact]
    public async Task A_node_that_lives_cannot_be_claimed()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));

        Assert.False(await registry.Nodes.ClaimAsync("a.0", LongClaim));
        Assert.False(await registry.Nodes.ClaimAsync("never.0", LongClaim));
        Assert.NotNull((await registry.Nodes.ReadAsync()).Find("a"));
    }

    [Fact]
    public async Task Of_many_claimants_exactly_one_wins_and_again_when_it_did_not_finish()
    {
        var registry = await Registry.NewAsync(redis, Short);
        var claimants = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => registry.OverNewConnectionAsync(redis)));
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));

        // The first winner's time is long: had it been short, a slow machine could rightly see a second one.
        Assert.Equal(1, await ClaimAllAsync(LongClaim));
        Assert.DoesNotContain("a.0", (await registry.Nodes.ReadAsync()).Expired);
        Assert.Equal(0, await ClaimAllAsync(LongClaim));
        Assert.False((await registry.Nodes.RenewAsync(Registry.Node("a"))).Held);

        await registry.Connection.GetDatabase().SortedSetAddAsync(registry.Keys.Dead, "a.0", 0); // Its time is over.
        Assert.Equal(["a.0"], (await registry.Nodes.ReadAsync()).Expired);
        Assert.Equal(1, await ClaimAllAsync(LongClaim));

        await registry.Nodes.ReleaseAsync("a.0");
        Assert.Equal(0, await ClaimAllAsync(LongClaim));
        Assert.Empty((await registry.Nodes.ReadAsync()).Expired);

        async Task<int> ClaimAllAsync(TimeSpan time)
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => claimants[i % claimants.Length].Nodes.ClaimAsync("a.0", time)));
            return claims.Count(won => won);
        }
    }

    [Fact]
    public async Task A_claim_runs_out_by_itself()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));
        Assert.True(await registry.Nodes.ClaimAsync("a.0", ShortClaim));

        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));

        Assert.True(await registry.Nodes.ClaimAsync("a.0", LongClaim));
        Assert.False(await registry.Nodes.ClaimAsync("a.0", LongClaim));
    }

    [Fact]
    public async Task Who_leaves_is_gone_at_once_and_has_time_to_clean_up()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.Nodes.RegisterAsync(Registry.Node("b"));

        await registry.Nodes.LeaveAsync("a.0", LongClaim);

        var snapshot = await registry.Nodes.ReadAsync();
        Assert.Equal("b", Assert.Single(snapshot.Nodes).Node.NodeId);
        Assert.Empty(snapshot.Expired);
        Assert.False(await registry.Nodes.ClaimAsync("a.0", LongClaim));
        Assert.False((await registry.Nodes.RenewAsync(Registry.Node("a"))).Held);

        await registry.Nodes.ReleaseAsync("a.0");
        Assert.False(await registry.Connection.GetDatabase().KeyExistsAsync(registry.Keys.Dead));
    }

    [Fact]
    public async Task Who_leaves_without_cleaning_up_is_claimed_later()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));

        await registry.Nodes.LeaveAsync("a.0", ShortClaim);

        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));
        Assert.True(await registry.Nodes.ClaimAsync("a.0", LongClaim));
    }

    [Fact]
    public async Task Who_left_too_late_does_not_take_the_clean_up_from_its_claimant()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));
        Assert.True(await registry.Nodes.ClaimAsync("a.0", LongClaim));

        await registry.Nodes.LeaveAsync("a.0", ShortClaim);

        Assert.InRange((double)(await registry.Connection.GetDatabase().SortedSetScoreAsync(registry.Keys.Dead, "a.0"))!, await NowAsync(registry) + 60_000, double.MaxValue);
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

    private static async Task<long> NowAsync(Registry registry)
    {
        var time = await registry.Connection.GetServers()[0].TimeAsync();
        return new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }
}
