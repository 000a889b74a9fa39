using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>hub.lua: sessions of reliable clients, as long as one node has them.</summary>
[Collection<HubRedisCollection>]
public sealed class HubScriptSessionTests(HubRedis redis)
{
    private const string Id = "AAAAAAAAAAAAAAAAAAAAAA.nodenodeno";
    private const string Session = "s:" + Id;
    private const string AckIds = "k:" + Id;

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_session_begins_where_the_hub_is_with_its_groups(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var offset = (await a.PublishAsync("before")).First;

        await a.BeginAsync(Id, "secret", "user", "g", "h-1;2");

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["o"] = "a.0",
                ["g"] = "1",
                ["d"] = $"{offset}",
                ["k"] = "secret",
                ["r"] = """["role"]""",
                ["u"] = "user",
                ["Gg"] = $"{offset}-",
                ["Gh-1;2"] = $"{offset}-",
            },
            await hub.ReadSessionAsync(Id));
        Assert.Equal([Session], await hub.ReadOwnedAsync("a.0"));
        Assert.False(await hub.ExpiresAsync(Session));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Joins_and_leaves_are_written_by_their_offsets(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.BeginAsync(Id);

        var (joined, at) = await a.JoinAsync(Id, 1, "g");
        Assert.Equal(1, joined);
        Assert.Equal($"{at}-", (await hub.ReadSessionAsync(Id))["Gg"]);
        Assert.Equal(1, (await a.JoinAsync(Id, 1, "g")).Result); // Once more is nothing.
        Assert.Equal($"{at}-", (await hub.ReadSessionAsync(Id))["Gg"]);

        var last = (await a.PublishAsync("1", "2")).First + 1;
        Assert.Equal(1, await a.LeaveAsync(Id, 1, "g", last));
        Assert.Equal($"{at}-{last};", (await hub.ReadSessionAsync(Id))["Gg"]);
        Assert.Equal(1, await a.LeaveAsync(Id, 1, "g", last + 1));
        Assert.Equal(1, await a.LeaveAsync(Id, 1, "never in", last));
        Assert.Equal($"{at}-{last};", (await hub.ReadSessionAsync(Id))["Gg"]);

        var again = (await a.JoinAsync(Id, 1, "g")).Offset;
        Assert.Equal($"{at}-{last};{again}-", (await hub.ReadSessionAsync(Id))["Gg"]);

        // What the client has acknowledged it never needs again.
        await a.SessionAsync("a", Id, 1, again);
        await a.LeaveAsync(Id, 1, "g", again + 10);
        Assert.Equal($"{again}-{again + 10};", (await hub.ReadSessionAsync(Id))["Gg"]);
        await a.SessionAsync("a", Id, 1, again + 20);
        var third = (await a.JoinAsync(Id, 1, "g")).Offset;
        await a.LeaveAsync(Id, 1, "g", third); // Nothing came in between.
        Assert.False((await hub.ReadSessionAsync(Id)).ContainsKey("Gg"));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Checkpoints_are_of_the_session_or_of_its_inbox(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.BeginAsync(Id);

        Assert.Equal(1, (long)await a.SessionAsync("a", Id, 1, 4711));
        Assert.Equal("4711", (await hub.ReadSessionAsync(Id))["d"]);
        await a.RunAsync(batch => batch.Add("q", 5000, new PipelineTask()));
        Assert.Equal(1, (long)await a.SessionAsync("a", Id, 1, RedisValue.EmptyString));
        Assert.False((await hub.ReadSessionAsync(Id)).ContainsKey("d"));
        await a.RunAsync(batch => batch.Add("q", 6000, new PipelineTask()));

        hub.Limits = hub.Limits with { Messages = 0 };
        var state = await hub.Database.HashGetAsync(hub.Key("hub"), HubState.Field);
        await hub.Database.HashSetAsync(hub.Key("hub"), [HubState.Trimmed(state, 0)]); // The positions of this test are before all that the log can have.
        Assert.Equal(6000, (await b.TakeOverAsync(Id)).Session!.Position);
        Assert.Equal("6000", (await hub.ReadSessionAsync(Id))["d"]); // It is not the new inbox's.
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Of_the_ackIds_the_last_thousand_are_kept(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.BeginAsync(Id);
        await hub.Database.SortedSetAddAsync(hub.Key(AckIds), [.. Enumerable.Range(1, 2000).Select(i => new SortedSetEntry($"{i}", i))]);

        await a.WantAsync("g:g");
        await a.PublishAsync(Envelope.Text("x") with { DedupKey = AckIds, DedupMember = "2001" });

        Assert.Equal(1024, await hub.Database.SortedSetLengthAsync(hub.Key(AckIds)));
        Assert.NotNull(await hub.Database.SortedSetScoreAsync(hub.Key(AckIds), "2001"));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_client_that_is_gone_leaves_its_session_for_a_while(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.BeginAsync(Id, user: "user", groups: "g");
        await hub.Database.SortedSetAddAsync(hub.Key(AckIds), "1", 1);

        await DetachAsync(a, "user", position: 5, ms: 100_000);

        var session = await hub.ReadSessionAsync(Id);
        Assert.Equal(("", "5", "1"), (session["o"], session["d"], session["g"]));
        Assert.Empty(await hub.ReadOwnedAsync("a.0"));
        Assert.True(await hub.ExpiresAsync(Session));
        Assert.True(await hub.ExpiresAsync(AckIds));
        Assert.True(await hub.ExpiresAsync("d:user"));
        Assert.Equal([Id], (await hub.Database.SetMembersAsync(hub.Key("d:user"))).Select(id => id.ToString()));

        // Whoever sends to it is told that the message is taken: the log keeps it.
        var answer = await b.PublishAsync(
            Envelope.Text("to user") with { Kind = TargetKind.User, Target = "user" },
            Envelope.Text("to connection") with { Kind = TargetKind.Connection, Target = Id, Inbox = "a.0" },
            Envelope.Text("to nobody") with { Kind = TargetKind.User, Target = "nobody" });
        Assert.Equal([1, OperationResult.TakenBySession, 0], answer.Numbers);
        Assert.Equal(["to user", "to connection"], await hub.ReadTextsAsync(answer.First - 1));
        Assert.Empty(a.Payloads.Items);

        await b.RunAsync(batch => batch.Add("f", batch.Key("d:user"), new PipelineTask(), Id));
        Assert.Equal([0], (await b.PublishAsync(Envelope.Text("x") with { Kind = TargetKind.User, Target = "user" })).Numbers);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task After_its_time_it_is_gone(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.BeginAsync(Id, user: "user");
        await DetachAsync(a, "user", position: (await a.PublishAsync("1")).First, ms: 30);

        await Eventually.True(async () => !await hub.Database.KeyExistsAsync(hub.Key(Session)), "the session expires");
        Assert.Equal("There is no such session, or it is over.", (await b.TakeOverAsync(Id)).Refusal);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_session_that_ends_leaves_nothing(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.BeginAsync(Id, user: "user", groups: "g");
        await hub.Database.SortedSetAddAsync(hub.Key(AckIds), "1", 1);

        Assert.Equal(1, (long)await a.SessionAsync("x", Id, Session, 1));

        Assert.Empty(await hub.ReadSessionAsync(Id));
        Assert.False(await hub.Database.KeyExistsAsync(hub.Key(AckIds)));
        Assert.Empty(await hub.ReadOwnedAsync("a.0"));
        Assert.Equal([0], (await a.PublishAsync(Envelope.Text("1") with { Kind = TargetKind.Connection, Target = Id, Inbox = "gone.0" })).Numbers);
    }

    /// <summary>A node that has lost a session, and doesn't know yet, changes nothing of it.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Of_a_session_that_is_anothers_or_over_nothing_is_written(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.BeginAsync(Id, groups: "g");
        Assert.NotNull((await b.TakeOverAsync(Id)).Session);
        var before = await hub.ReadSessionAsync(Id);

        Assert.Equal([-1, -1, -1, -1, -1, -1], await TryAllAsync());
        Assert.Equal(before, await hub.ReadSessionAsync(Id));
        Assert.False(await hub.ExpiresAsync(Session));

        Assert.Equal(1, (long)await b.SessionAsync("x", Id, Session, 2));
        Assert.Equal([0, 0, 0, 0, 0, 0], await TryAllAsync());
        Assert.Empty(await hub.ReadSessionAsync(Id));

        async Task<IReadOnlyList<long>> TryAllAsync() =>
        [
            (long)await a.SessionAsync("v", Id, Session, 1),
            (await a.JoinAsync(Id, 1, "other")).Result,
            await a.LeaveAsync(Id, 1, "g", 1_000),
            (long)await a.SessionAsync("a", Id, 1, 1_000),
            await DetachAsync(a, string.Empty, 1_000, 50),
            (long)await a.SessionAsync("x", Id, Session, 1),
        ];
    }

    /// <summary>A node that was taken for dead comes back with another inbox; the clean-up may have detached what it has.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_session_is_claimed_again_under_a_new_inbox(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.BeginAsync(Id, user: "user");
        await a.RunAsync(batch => batch.Add("q", 6000, new PipelineTask()));
        await a.SessionAsync("a", Id, 1, RedisValue.EmptyString);
        await hub.Database.KeyExpireAsync(hub.Key(Session), TimeSpan.FromMinutes(1));

        a.Inbox = "a.1";
        Assert.Equal(1, (long)await a.SessionAsync("v", Id, Session, 1));

        var session = await hub.ReadSessionAsync(Id);
        Assert.Equal(("a.1", "6000", "1"), (session["o"], session["d"], session["g"]));
        Assert.Equal([Session], await hub.ReadOwnedAsync("a.1"));
        Assert.False(await hub.ExpiresAsync(Session));
    }

    private static async Task<long> DetachAsync(ScriptNode node, string user, long position, long ms) =>
        (await node.RunAsync(batch => batch.AddSession(
            "d", Id, new PipelineTask(), Session, 1, position, ms, user.Length == 0 ? RedisValue.EmptyString : batch.Key(InterestSet.Detached(user)), Id))).Numbers[0];
}
