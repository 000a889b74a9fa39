using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.Server;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>clean.lua detaches the sessions of an inbox that is gone.</summary>
[Collection<HubRedisCollection>]
public sealed class SessionCleaningTests(HubRedis redis)
{
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Sessions_of_a_dead_inbox_wait_for_their_clients(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (dead, alive) = (await hub.AddNodeAsync("dead"), await hub.AddNodeAsync("alive"));
        await dead.WantAsync("h", "u:user");
        await dead.PublishAsync(Envelope.Text("to itself") with { Kind = TargetKind.Hub, Target = "" }); // It has had a payload.
        foreach (var id in new[] { "behind", "up to date", "moved", "ended" })
        {
            await dead.BeginAsync(id, user: "user", groups: "g");
        }

        await hub.Database.SortedSetAddAsync(hub.Key("k:behind"), "1", 1);
        await alive.BeginAsync("elsewhere", user: "user");
        var position = dead.LastOffset;
        await dead.RunAsync(batch => batch.Add("q", position, new PipelineTask()));
        await dead.SessionAsync("a", "up to date", 1, RedisValue.EmptyString);
        await dead.SessionAsync("a", "behind", 1, position - 1);
        await dead.SessionAsync("x", "ended", "s:ended", 1);
        await alive.TakeOverAsync("moved");

        await CleanAsync(hub, "dead.0");

        await AssertDetachedAsync("behind", position - 1);
        await AssertDetachedAsync("up to date", position);
        foreach (var id in new[] { "moved", "elsewhere" })
        {
            Assert.Equal("alive.0", (await hub.ReadSessionAsync(id))["o"]);
            Assert.False(await hub.ExpiresAsync("s:" + id));
        }

        Assert.Empty(await hub.ReadSessionAsync("ended"));
        Assert.True(await hub.ExpiresAsync("k:behind"));
        Assert.True(await hub.ExpiresAsync("d:user"));
        Assert.Equal(
            ["behind", "up to date"],
            (await hub.Database.SetMembersAsync(hub.Key("d:user"))).Select(id => id.ToString()).Order(StringComparer.Ordinal));
        Assert.Empty(await hub.ReadOwnedAsync("dead.0"));
        Assert.Equal(["s:elsewhere", "s:moved"], await hub.ReadOwnedAsync("alive.0"));
        Assert.False(await hub.Database.HashExistsAsync(hub.Key("positions"), "dead.0"));
        Assert.False(await hub.Database.HashExistsAsync(hub.Key("payloads"), "dead.0"));
        Assert.False(await hub.Database.KeyExistsAsync(hub.Key("interest")));

        Assert.Equal(position, (await alive.TakeOverAsync("up to date")).Session!.Position);

        async Task AssertDetachedAsync(string id, long at)
        {
            var session = await hub.ReadSessionAsync(id);
            Assert.Equal(("", $"{at}", "1"), (session["o"], session["d"], session["g"]));
            Assert.True(await hub.ExpiresAsync("s:" + id));
        }
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Of_interest_sets_only_the_dead_inbox_goes(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        foreach (var id in new[] { "11", "1", "111" })
        {
            await (await hub.AddNodeAsync(id)).WantAsync("h", "g:" + id);
        }

        foreach (var (dead, left) in new[] { ("1.0", "11.0,111.0"), ("none.0", "11.0,111.0"), ("111.0", "11.0"), ("11.0", "") })
        {
            await CleanAsync(hub, dead);
            Assert.Equal(left, string.Join(',', await RedisContents.InboxesAsync(hub.Database, hub.Keys, ScriptHub.Name, "h")));
            Assert.False(await hub.Database.HashExistsAsync(hub.Key("interest"), "g:" + dead[..^2]));
        }

        Assert.False(await hub.Database.KeyExistsAsync(hub.Key("interest")));
    }

    /// <summary>Cleaned up while it was only paused: it claims what nobody has taken meanwhile.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_node_that_was_not_dead_claims_its_sessions_again(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var paused = await hub.AddNodeAsync("paused");
        await paused.BeginAsync("session", user: "user");
        await CleanAsync(hub, "paused.0");

        paused.Inbox = "paused.1";
        Assert.Equal(1, (long)await paused.SessionAsync("v", "session", "s:session", 1));

        Assert.Equal("paused.1", (await hub.ReadSessionAsync("session"))["o"]);
        Assert.False(await hub.ExpiresAsync("s:session"));

        // Its own clean-up after the old inbox, which it does to be sure, takes nothing from the new one.
        await CleanAsync(hub, "paused.0");
        Assert.Equal("paused.1", (await hub.ReadSessionAsync("session"))["o"]);
    }

    private static async Task CleanAsync(ScriptHub hub, string inbox)
    {
        var registry = new NodeRegistry(hub.Connection, hub.Keys, Options.Create(new ClusterOptions()));
        await new NodeCleaner(hub.Connection, hub.Keys, registry, new NodeOptions(), NullLogger<NodeCleaner>.Instance).CleanAsync(inbox, [ScriptHub.Name]);
    }
}
