using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Cluster;

/// <summary>Who cleans up after a node that died or left: exactly one, and another one if that does not finish.</summary>
public sealed class NodeClaimTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    private const int Long = 600_000;
    private const int Short = 150;

    private static readonly TimeSpan LongClaim = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortClaim = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task A_node_that_lives_cannot_be_claimed()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));

        Assert.False(await registry.Nodes.ClaimAsync("a.0", "b.0", LongClaim));
        Assert.False(await registry.Nodes.ClaimAsync("never.0", "b.0", LongClaim));
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
            var claims = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => claimants[i % claimants.Length].Nodes.ClaimAsync("a.0", "b.0", time)));
            return claims.Count(won => won);
        }
    }

    [Fact]
    public async Task Everybody_sees_who_cleans_up_until_it_is_done()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));
        Assert.Empty((await registry.Nodes.ReadAsync()).Claimed);

        Assert.True(await registry.Nodes.ClaimAsync("a.0", "b.0", ShortClaim));
        await registry.WaitAsync(seen => seen.Expired.Contains("a.0") && seen.Claimed.IsEmpty);
        Assert.True(await registry.Nodes.ClaimAsync("a.0", "c.1", LongClaim));
        Assert.False(await registry.Nodes.ClaimAsync("a.0", "b.0", LongClaim));
        Assert.Equal([new("a.0", "c.1")], (await registry.Nodes.ReadAsync()).Claimed);

        await registry.Nodes.ReleaseAsync("a.0");
        Assert.Empty((await registry.Nodes.ReadAsync()).Claimed);
        Assert.False(await registry.Connection.GetDatabase().KeyExistsAsync(registry.Keys.Claims));
    }

    [Fact]
    public async Task A_claim_runs_out_by_itself()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));
        Assert.True(await registry.Nodes.ClaimAsync("a.0", "b.0", ShortClaim));

        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));

        Assert.True(await registry.Nodes.ClaimAsync("a.0", "b.0", LongClaim));
        Assert.False(await registry.Nodes.ClaimAsync("a.0", "b.0", LongClaim));
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
        Assert.Equal([new("a.0", "a.0")], snapshot.Claimed);
        Assert.False(await registry.Nodes.ClaimAsync("a.0", "b.0", LongClaim));
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
        Assert.True(await registry.Nodes.ClaimAsync("a.0", "b.0", LongClaim));
    }

    [Fact]
    public async Task Who_left_too_late_does_not_take_the_clean_up_from_its_claimant()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await registry.WaitAsync(seen => seen.Expired.Contains("a.0"));
        Assert.True(await registry.Nodes.ClaimAsync("a.0", "b.0", LongClaim));

        await registry.Nodes.LeaveAsync("a.0", ShortClaim);

        Assert.InRange((double)(await registry.Connection.GetDatabase().SortedSetScoreAsync(registry.Keys.Dead, "a.0"))!, await NowAsync(registry) + 60_000, double.MaxValue);
    }

    private static async Task<long> NowAsync(Registry registry)
    {
        var time = await registry.Connection.GetServers()[0].TimeAsync();
        return new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }
}
