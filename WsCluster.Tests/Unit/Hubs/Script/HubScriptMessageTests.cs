using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>hub.lua: messages on their way to inboxes, each taken once.</summary>
[Collection<HubRedisCollection>]
public sealed class HubScriptMessageTests(HubRedis redis)
{
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Each_inbox_gets_one_payload_with_what_is_for_it_in_order(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b, c) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"), await hub.AddNodeAsync("c"));
        await a.WantAsync("h", "g:both");
        await b.WantAsync("h", "g:both", "g:b", "u:user");
        await c.WantAsync("h");

        var answer = await c.PublishAsync(
            Envelope.Text("1") with { Target = "both" },
            Envelope.Text("2") with { Target = "b" },
            Envelope.Text("3") with { Kind = TargetKind.User, Target = "user" },
            Envelope.Text("4") with { Kind = TargetKind.User, Target = "nobody" },
            Envelope.Text("5") with { Kind = TargetKind.Connection, Target = "x", Inbox = "a.0" },
            Envelope.Text("6") with { Kind = TargetKind.Connection, Target = "x", Inbox = "gone.0" },
            Envelope.Text("7") with { Kind = TargetKind.Hub, Target = "" },
            Envelope.Text("8") with { Target = "nobody" });

        Assert.Equal([2, 1, 1, 0, 1, 0, 3, 0], answer.Numbers);
        await AssertPayloadAsync(a, "1", "5", "7");
        await AssertPayloadAsync(b, "1", "2", "3", "7");
        await AssertPayloadAsync(c, "7");

        // What is for a user or a connection that is not there is no message: its sender is told so.
        Assert.Equal(["1", "2", "3", "5", "7", "8"], await hub.ReadTextsAsync(answer.First - 1));

        async Task AssertPayloadAsync(ScriptNode node, params string[] texts)
        {
            var payload = Assert.Single(await node.Payloads.WaitForCountAsync(1));
            Assert.Equal((1, new BatchHead(answer.First, 0, answer.Epoch, c.Number, "c")), (payload.Number, payload.Head));
            Assert.Equal(texts, payload.Messages.Select(message => message.Text));
            Assert.Equal(texts.Select(text => answer.First + text[0] - '1'), payload.Messages.Select(message => message.Offset));
        }
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Offsets_and_payloads_are_counted_on_without_a_gap(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.WantAsync("g:g");
        var first = (await b.PublishAsync("1", "2")).First;
        Assert.Equal(first + 2, (await a.PublishAsync("3")).First);
        await b.RunAsync(batch => b.Add(batch, Envelope.Text("elsewhere") with { Target = "other" }));
        Assert.Equal(first + 4, (await b.PublishAsync("4")).First);

        var payloads = await a.Payloads.WaitForCountAsync(3);
        Assert.Equal([1, 2, 3], payloads.Select(payload => payload.Number));
        Assert.Equal([first, first + 1, first + 2, first + 4], payloads.SelectMany(payload => payload.Messages).Select(message => message.Offset));
        Assert.InRange(first, 1, (1L << 53) - 1); // SDKs keep it in a double.
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Interest_counts_from_its_place_in_the_batch(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");

        var answer = await a.RunAsync(batch =>
        {
            a.Add(batch, Envelope.Text("before"));
            batch.AddInterest("g:g", interested: true, new PipelineTask());
            a.Add(batch, Envelope.Text("within"));
            batch.AddInterest("g:g", interested: false, new PipelineTask());
            a.Add(batch, Envelope.Text("after"));
        });

        Assert.Equal([0, 1, 1, 1, 0], answer.Numbers);
        Assert.Equal(["within"], (await a.Payloads.WaitForCountAsync(1))[0].Messages.Select(message => message.Text));
        Assert.Empty(await hub.ReadOwnedAsync(a.Inbox));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_batch_that_is_sent_twice_is_taken_once(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.WantAsync("g:g");
        var older = ScriptNode.Batch(batch => a.Add(batch, Envelope.Text("older")));
        older.Number = ++a.Number;
        await a.SendAsync(older);
        var batch = ScriptNode.Batch(batch =>
        {
            a.Add(batch, Envelope.Text("once"), Envelope.Text("keyed") with { DedupKey = "k", DedupMember = "key" });
            batch.AddInterest("g:more", interested: true, new PipelineTask());
        });
        batch.Number = ++a.Number;

        var first = await a.SendAsync(batch);
        await hub.Database.HashDeleteAsync(hub.Key("interest"), "g:more"); // It would be entered once more.
        var second = await a.SendAsync(batch);
        var outdated = await a.SendAsync(older);
        await a.PublishAsync("next");

        Assert.Equal((first.First, first.Epoch), (second.First, second.Epoch));
        Assert.Equal([1, 1, 1], first.Numbers);
        Assert.Equal([1, 1, 1], second.Numbers);
        Assert.Equal((-2, batch.Number), (outdated.First, (long)outdated.Results[0]));
        var payloads = await a.Payloads.WaitForCountAsync(3);
        Assert.Equal([1, 2, 3], payloads.Select(payload => payload.Number));
        Assert.Equal(["older", "once", "keyed", "next"], payloads.SelectMany(payload => payload.Messages).Select(message => message.Text));
        Assert.Equal(["once", "keyed", "next"], await hub.ReadTextsAsync(first.First - 1));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_key_is_taken_once_whichever_node_sends_it(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        await a.WantAsync("g:g");

        var first = await a.PublishAsync(Keyed("1", "x"), Keyed("2", "x"), Envelope.Text("3"), Keyed("4", "y"));
        var second = await b.PublishAsync(Keyed("5", "y"), Envelope.Text("6"), Keyed("7", "x"), Keyed("8", "z"), Keyed("9", "x", "other"));

        Assert.Equal([1, -2, 1, 1], first.Numbers);
        Assert.Equal([-2, 1, -2, 1, 1], second.Numbers);
        var payloads = await a.Payloads.WaitForCountAsync(2);
        Assert.Equal(["1", "3", "4", "6", "8", "9"], payloads.SelectMany(payload => payload.Messages).Select(message => message.Text));
        Assert.Equal(["1", "3", "4", "6", "8", "9"], await hub.ReadTextsAsync(first.First - 1));
    }

    /// <summary>Nobody is there: then neither of the two was taken.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_repetition_of_what_nobody_took_is_none(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var toNobody = Keyed("1", "x") with { Kind = TargetKind.User, Target = "nobody" };
        var batch = ScriptNode.Batch(batch => a.Add(batch, toNobody, Keyed("2", "y"), toNobody, Keyed("3", "y")));
        batch.Number = ++a.Number;

        Assert.Equal([0, 0, 0, -2], (await a.SendAsync(batch)).Numbers);
        Assert.Equal(0, (await a.SendAsync(batch)).Numbers[2]);
        Assert.Equal([0], (await a.PublishAsync(toNobody)).Numbers);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_key_is_forgotten_when_it_is_too_old(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.WantAsync("g:g");
        Assert.Equal([1], (await a.PublishAsync(Keyed("1", "x"))).Numbers);
        await a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask()));
        Assert.Equal([-2], (await a.PublishAsync(Keyed("2", "x"))).Numbers); // Not yet.

        hub.Limits = hub.Limits with { Age = TimeSpan.FromMilliseconds(20) };
        await Eventually.True(
            async () =>
            {
                await a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask()));
                return !await hub.Database.KeyExistsAsync(hub.Key("k"));
            },
            "the key is forgotten");
        Assert.Equal([1], (await a.PublishAsync(Keyed("3", "x"))).Numbers);
    }

    /// <summary>
    /// A message to a group goes into the log whether or not a node wants it now: the clients of a dead node come back for it. So it is
    /// taken, and under its key nothing else is. A message to a user or a connection that is not there is not, and may come again.
    /// </summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_key_is_taken_if_the_message_is(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var toUser = Keyed("to user", "u") with { Kind = TargetKind.User, Target = "user" };
        var toConnection = Keyed("to connection", "c") with { Kind = TargetKind.Connection, Target = "x", Inbox = "b.0" };

        var first = await a.PublishAsync(Keyed("to group", "g"), toUser, toConnection);
        Assert.Equal([0, 0, 0], first.Numbers);
        Assert.Equal(["to group"], await hub.ReadTextsAsync(first.First - 1));

        var b = await hub.AddNodeAsync("b");
        await b.WantAsync("g:g", "u:user");
        Assert.Equal([-2, 1, 1], (await a.PublishAsync(Keyed("again", "g"), toUser, toConnection)).Numbers);
        Assert.Equal([-2, -2, -2], (await a.PublishAsync(Keyed("again", "g"), toUser, toConnection)).Numbers);
        Assert.Equal(["to group", "to user", "to connection"], await hub.ReadTextsAsync(first.First - 1));
    }

    /// <summary>The answer was lost, and a user who was not there has not been sent anything by asking again.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_batch_that_is_sent_twice_gets_the_same_answer(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.WantAsync("g:g", "u:there");
        await a.BeginAsync("session");
        await a.PublishAsync(Keyed("first", "used"));
        var batch = ScriptNode.Batch(batch =>
        {
            batch.AddInterest("g:more", interested: true, new PipelineTask());
            a.Add(
                batch,
                Envelope.Text("to nobody") with { Kind = TargetKind.User, Target = "nobody" },
                Envelope.Text("to somebody") with { Kind = TargetKind.User, Target = "there" },
                Keyed("again", "used"),
                Keyed("to no connection", "c") with { Kind = TargetKind.Connection, Target = "x", Inbox = "b.0" },
                Envelope.Text("to a session") with { Kind = TargetKind.Connection, Target = "session", Inbox = "b.0" },
                Envelope.Text("to the group"));
        });
        batch.Number = ++a.Number;

        var first = await a.SendAsync(batch);
        await (await hub.AddNodeAsync("b")).WantAsync("u:nobody");
        var second = await a.SendAsync(batch);

        Assert.Equal([1, 0, 1, -2, 0, -1, 1], first.Numbers);
        Assert.Equal(first.Numbers, second.Numbers);
        await a.PublishAsync("next");
        Assert.Equal([1], (await a.PublishAsync(Keyed("new", "new"))).Numbers);
    }

    /// <summary>An inbox is found in a set although the end of another's name is its own.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Nodes_come_into_a_set_and_go_in_any_order(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        ScriptNode[] nodes = [await hub.AddNodeAsync("1"), await hub.AddNodeAsync("11"), await hub.AddNodeAsync("111")];
        HashSet<int> interested = [];
        var random = new Random(1);
        for (var i = 0; i < 60; i++)
        {
            var at = random.Next(nodes.Length);
            var comes = i < 57 && random.Next(2) == 0;
            at = i < 57 ? at : i - 57; // In the end all go.
            _ = comes ? interested.Add(at) : interested.Remove(at);

            // What comes and goes in a batch is so for the messages behind it.
            var answer = await nodes[at].RunAsync(batch =>
            {
                batch.AddInterest("g:g", comes, new PipelineTask());
                nodes[at].Add(batch, Envelope.Text($"{i}"));
            });

            Assert.Equal([1, interested.Count], answer.Numbers);
            Assert.Equal(
                interested.Select(node => nodes[node].Inbox).Order(), (await RedisContents.InboxesAsync(hub.Database, hub.Keys, ScriptHub.Name, "g:g")).Order());
            Assert.Equal(interested.Contains(at) ? ["g:g"] : [], await hub.ReadOwnedAsync(nodes[at].Inbox));
        }

        Assert.False(await hub.Database.KeyExistsAsync(hub.Key("interest")));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_probe_is_an_empty_payload_to_its_sender(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        var offset = (await b.PublishAsync("1")).First;

        await a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask()));

        var payload = Assert.Single(await a.Payloads.WaitForCountAsync(1));
        Assert.Empty(payload.Messages);
        Assert.Equal((1, new BatchHead(offset + 1, 0, a.Epoch, a.Number, "a")), (payload.Number, payload.Head));
        Assert.Equal(["1"], await hub.ReadTextsAsync(offset - 1));
    }

    private static Envelope Keyed(string text, string key, string set = "k") => Envelope.Text(text) with { DedupKey = set, DedupMember = key };
}
