using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>hub.lua: a session goes from node to node.</summary>
[Collection<HubRedisCollection>]
public sealed class HubScriptTakeOverTests(HubRedis redis)
{
    private const string Id = "AAAAAAAAAAAAAAAAAAAAAA.nodenodeno";
    private const string Session = "s:" + Id;

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task The_new_node_has_it_and_the_old_one_is_told(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.BeginAsync(Id, user: "user", groups: "g");
        var position = (await a.PublishAsync("1")).First;
        await a.SessionAsync("a", Id, 1, position);
        await a.PublishAsync("2");

        var (session, refusal) = await b.TakeOverAsync(Id);

        Assert.Null(refusal);
        Assert.Equal((2, position, "user"), (session!.Generation, session.Position, session.UserId));
        Assert.Equal(["role"], session.Roles);
        Assert.Equal(["g"], session.OpenGroups.Select(group => group.Key));
        var stored = await hub.ReadSessionAsync(Id);
        Assert.Equal(("b.0", "2"), (stored["o"], stored["g"]));
        Assert.Equal([Session], await hub.ReadOwnedAsync("b.0"));
        var fence = Assert.Single((await a.Payloads.WaitForCountAsync(1))[0].Messages);
        Assert.Equal((TargetKind.Fence, Id, session.TakenAt), (fence.Kind, fence.Target, fence.Offset));
        Assert.Empty(b.Payloads.Items);

        // Messages find it where it is now.
        await a.PublishAsync(Envelope.Text("3") with { Kind = TargetKind.Connection, Target = Id, Inbox = "a.0" });
        Assert.Equal("3", Assert.Single((await b.Payloads.WaitForCountAsync(1))[0].Messages).Text);
        Assert.Equal(["2", "3"], await hub.ReadTextsAsync(position)); // A fence is for one node, and now.
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_detached_session_is_attached(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.BeginAsync(Id);
        await hub.Database.SortedSetAddAsync(hub.Key("k:" + Id), "1", 1);
        var position = (await a.PublishAsync("1")).First;
        await a.SessionAsync("d", Id, Session, 1, position, 100_000, string.Empty, Id);

        var (session, _) = await b.TakeOverAsync(Id);

        Assert.Equal((2, position), (session!.Generation, session.Position));
        Assert.False(await hub.ExpiresAsync(Session));
        Assert.False(await hub.ExpiresAsync("k:" + Id));
        Assert.Equal("b.0", (await hub.ReadSessionAsync(Id))["o"]);
        Assert.Empty(a.Payloads.Items); // There is nobody to tell.
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Each_time_its_generation_grows_and_its_last_node_is_told(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var nodes = new[] { await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"), await hub.AddNodeAsync("c") };
        await nodes[0].BeginAsync(Id);

        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i + 1, (await nodes[i % 3].TakeOverAsync(Id)).Session!.Generation);
            var told = nodes[(i - 1) % 3];
            Assert.Equal(TargetKind.Fence, (await told.Payloads.WaitForCountAsync(1 + ((i - 1) / 3)))[^1].Messages[0].Kind);
        }
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_node_that_has_it_already_needs_not_be_told(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.BeginAsync(Id);

        Assert.Equal(2, (await a.TakeOverAsync(Id)).Session!.Generation);

        await a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask()));
        Assert.Empty((await a.Payloads.WaitForCountAsync(1))[0].Messages);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task The_token_has_to_be_right(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.BeginAsync(Id, "secret");
        var before = await hub.ReadSessionAsync(Id);

        foreach (var token in new[] { "", "secre", "secrets", "Secret", "*" })
        {
            var (session, refusal) = await b.TakeOverAsync(Id, token);
            Assert.Null(session);
            Assert.Equal("The reconnection token is not that of the session.", refusal);
        }

        Assert.Equal(before, await hub.ReadSessionAsync(Id));
        Assert.Empty(await hub.ReadOwnedAsync("b.0"));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task What_is_not_there_cannot_be_taken(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");

        Assert.Equal("There is no such session, or it is over.", (await a.TakeOverAsync(Id)).Refusal);

        Assert.Empty(await hub.ReadSessionAsync(Id));
        Assert.Empty(await hub.ReadOwnedAsync("a.0"));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task It_must_not_need_what_the_log_has_not_any_more(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 3 };
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        var first = (await a.PublishAsync("0")).First;
        await a.BeginAsync(Id);
        for (var i = 1; i <= 5; i++)
        {
            await a.PublishAsync($"{i}");
        }

        // The log has 3, 4, 5.
        await a.SessionAsync("a", Id, 1, first + 1);
        var before = await hub.ReadSessionAsync(Id);
        var (session, refusal) = await b.TakeOverAsync(Id);
        Assert.Null(session);
        Assert.StartsWith("The session is too far behind", refusal, StringComparison.Ordinal);
        Assert.Equal(before, await hub.ReadSessionAsync(Id));

        await a.SessionAsync("a", Id, 1, first + 2);
        Assert.Equal(first + 2, (await b.TakeOverAsync(Id)).Session!.Position);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_call_that_is_repeated_takes_it_once(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b, c) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"), await hub.AddNodeAsync("c"));
        await a.BeginAsync(Id);
        var batch = b.TakeOver(Id);
        batch.Number = ++b.Number;

        var first = ScriptNode.Read(await b.SendAsync(batch)).Session!;
        var second = ScriptNode.Read(await b.SendAsync(batch)).Session!;

        Assert.Equal((2, first.TakenAt, first.Position), (second.Generation, second.TakenAt, second.Position));
        await b.RunAsync(next => b.Add(next, new Envelope { Kind = TargetKind.Mark, Inbox = "a.0" }));
        var payloads = await a.Payloads.WaitForCountAsync(2);
        Assert.Equal([TargetKind.Fence, TargetKind.Mark], payloads.SelectMany(payload => payload.Messages).Select(message => message.Kind));

        // Meanwhile somebody else may have it.
        batch = b.TakeOver(Id);
        batch.Number = ++b.Number;
        await b.SendAsync(batch);
        await c.TakeOverAsync(Id);
        Assert.Equal((null, string.Empty), ScriptNode.Read(await b.SendAsync(batch)));
        Assert.Equal("c.0", (await hub.ReadSessionAsync(Id))["o"]);
    }
}
