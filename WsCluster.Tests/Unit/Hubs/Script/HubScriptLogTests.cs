using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>hub.lua appends to a hub's log and trims it, log.lua reads it.</summary>
[Collection<HubRedisCollection>]
public sealed class HubScriptLogTests(HubRedis redis)
{
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task The_log_is_read_from_any_offset_on(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("1", "2", "3")).First;
        await a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask())); // Takes no offset.
        await a.PublishAsync("4");
        await a.PublishAsync("5", "6");

        for (var after = first - 1; after <= first + 5; after++)
        {
            Assert.Equal(["1", "2", "3", "4", "5", "6"], (await hub.ReadTextsAsync(first - 1)));
            Assert.Equal(new[] { "1", "2", "3", "4", "5", "6" }.Skip((int)(after - first + 1)), await hub.ReadTextsAsync(after));
        }

        var page = await hub.ReadLogAsync(first + 1);
        Assert.Equal((first + 5, first - 1), (page.Offset, page.Trimmed));
        Assert.Equal(
            [new BatchHead(first, 0, a.Epoch, 1, "a"), new BatchHead(first + 3, 0, a.Epoch, 3, "a"), new BatchHead(first + 4, 0, a.Epoch, 4, "a")],
            page.Entries.Select(entry => entry.Head));
        Assert.Empty((await hub.ReadLogAsync(first + 5)).Entries);
        Assert.Empty((await hub.ReadLogAsync(first + 500)).Entries);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_long_log_comes_in_pages(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Bytes = 100_000_000 };
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("1")).First;
        for (var i = 0; i < 5; i++)
        {
            await a.PublishAsync(new Envelope { Data = new byte[600_000] });
        }

        List<long> offsets = [];
        var after = first - 1;
        LogPage page;
        var pages = 0;
        do
        {
            page = await hub.ReadLogAsync(after);
            pages++;
            offsets.AddRange(page.Entries.Select(entry => entry.Head.First));
            after = page.Entries[^1].Head.First;
        }
        while (page.HasMore);

        Assert.InRange(pages, 2, 6);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => first + i), offsets);
    }

    /// <summary>A batch is as many pieces in the log as it has targets, and trimming and reading have to find where its own are.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Batches_of_several_targets_are_trimmed_and_read_whole(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 900 };
        var a = await hub.AddNodeAsync("a");
        var first = 0L;
        var sent = 0;
        for (var i = 0; i < 700; i++)
        {
            // 1 to 4 messages, of which neighbours may share a target; one in six is for nobody, and is none.
            var messages = Enumerable.Range(sent, 1 + (i % 4)).Select(text => Envelope.Text($"{text}") with { Target = $"{text % 5 / 2}" }).ToList();
            sent += messages.Count;
            var answer = await a.PublishAsync([.. messages, .. i % 6 == 0 ? [Envelope.Text("x") with { Kind = TargetKind.User, Target = "nobody" }] : (Envelope[])[]]);
            first = i == 0 ? answer.First : first;
        }

        var page = await hub.ReadLogAsync(first - 1);
        var texts = await hub.ReadTextsAsync(page.Trimmed);
        Assert.InRange(texts.Length, 600, 900);
        Assert.Equal(Enumerable.Range(sent - texts.Length, texts.Length).Select(text => $"{text}"), texts);
        for (var after = page.Trimmed; after <= page.Offset; after += 37)
        {
            var rest = await hub.ReadTextsAsync(after);
            Assert.Equal(texts.TakeLast(rest.Length), rest);
            Assert.True(rest.Length <= page.Offset - after, "Nothing from before the offset.");
        }
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task It_is_bounded_by_messages(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 5 };
        var a = await hub.AddNodeAsync("a");
        var first = 0L;
        for (var i = 0; i < 6; i++)
        {
            var answer = await a.PublishAsync($"{2 * i}", $"{(2 * i) + 1}");
            first = first == 0 ? answer.First : first;
        }

        await AssertHasAsync(hub, first, from: 8, to: 11);
        await a.PublishAsync("12"); // There is room for one more.
        await AssertHasAsync(hub, first, from: 8, to: 12);
        await a.PublishAsync("13");
        await AssertHasAsync(hub, first, from: 10, to: 13);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_smaller_bound_takes_out_all_that_is_too_much(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = await PublishEachAsync(a, count: 300);

        hub.Limits = hub.Limits with { Messages = 10 };
        await a.PublishAsync("300");

        await AssertHasAsync(hub, first, from: 291, to: 300);
    }

    /// <summary>A sixteenth more than need be goes, so that it is not for every batch.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task What_is_too_much_goes_in_steps(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 160 };
        var a = await hub.AddNodeAsync("a");
        var first = await PublishEachAsync(a, count: 161);

        await AssertHasAsync(hub, first, from: 11, to: 160);
        await a.PublishAsync([.. Enumerable.Range(161, 10).Select(i => $"{i}")]);
        await AssertHasAsync(hub, first, from: 11, to: 170);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task It_is_bounded_by_bytes(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var size = Envelope.Text("0").ToBytes().Length;
        hub.Limits = hub.Limits with { Bytes = (3 * size) + (size / 2) };
        var a = await hub.AddNodeAsync("a");
        var first = await PublishEachAsync(a, count: 10);

        await AssertHasAsync(hub, first, from: 7, to: 9);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task It_is_bounded_by_age(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;
        await a.PublishAsync("1");
        await AssertHasAsync(hub, first, from: 0, to: 1);

        hub.Limits = hub.Limits with { Age = TimeSpan.FromMilliseconds(20) };
        await Eventually.True(
            async () =>
            {
                await a.PublishAsync("later");
                return (await hub.ReadLogAsync(first - 1)).Trimmed > first;
            },
            "the first two go");
        Assert.DoesNotContain("1", await hub.ReadTextsAsync(first + 1));
    }

    /// <summary>Nobody may take an empty log for one that has everything.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_batch_larger_than_the_log_leaves_it_empty(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 2 };
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;

        await a.PublishAsync("1", "2", "3");

        var page = await hub.ReadLogAsync(first - 1);
        Assert.Empty(page.Entries);
        Assert.Equal((first + 3, first + 3), (page.Offset, page.Trimmed));
        await a.PublishAsync("4");
        await AssertHasAsync(hub, first, from: 4, to: 4);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_log_that_has_expired_says_so(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;
        await a.PublishAsync("1");
        Assert.True(await hub.ExpiresAsync("log"));
        Assert.True(await hub.ExpiresAsync("log:messages"));
        await hub.Database.KeyDeleteAsync([hub.Key("log"), hub.Key("log:messages")]); // As if its time were over.

        var page = await hub.ReadLogAsync(first - 1);
        Assert.Empty(page.Entries);
        Assert.Equal(first + 1, page.Trimmed);

        await a.PublishAsync("2");
        await AssertHasAsync(hub, first, from: 2, to: 2);
        Assert.True(await hub.ExpiresAsync("log"));
    }

    /// <summary>Garnet has a key that has expired until somebody asks for it, and the upkeep must not want it to live on.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_hub_whose_log_has_expired_is_kept_up(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Age = TimeSpan.FromMilliseconds(50) };
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;
        await hub.Database.StringSetAsync(hub.Key("clock"), 1, TimeSpan.FromMilliseconds(150));
        await Eventually.True(async () => !await hub.Database.KeyExistsAsync(hub.Key("clock")), "the log has expired");

        await a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask()));

        Assert.Equal(first, (await hub.ReadLogAsync(first - 1)).Trimmed);
        hub.Limits = hub.Limits with { Age = TimeSpan.FromMinutes(5) };
        await a.PublishAsync("1");
        await AssertHasAsync(hub, first, from: 1, to: 1);
    }

    /// <summary>What the log lacks it lacks, whatever goes from it later.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_log_with_a_gap_does_not_forget_it(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = await PublishEachAsync(a, count: 4);
        hub.Limits = hub.Limits with { Messages = 0 };
        await a.PublishAsync("4");

        hub.Limits = hub.Limits with { Messages = 4 };
        await a.PublishAsync("5"); // The oldest goes.

        Assert.Equal(first + 4, (await hub.ReadLogAsync(first - 1)).Trimmed);
        Assert.Equal(["5"], await hub.ReadTextsAsync(first + 4));
    }

    /// <summary>An operator has deleted it, or another version has written it.</summary>
    [Theory]
    [InlineData(RedisKind.RedisServer, HubState.Field)]
    [InlineData(RedisKind.RedisServer, null)]
    [InlineData(RedisKind.Embedded, null)]
    public async Task A_hub_whose_state_is_gone_begins_anew(RedisKind kind, string? field)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 5 };
        var a = await hub.AddNodeAsync("a");
        var last = await PublishEachAsync(a, count: 10) + 9;

        await (field is null ? hub.Database.KeyDeleteAsync(hub.Key("hub")) : hub.Database.HashDeleteAsync(hub.Key("hub"), field));
        a.Epoch = 0;
        for (var i = 10; i < 20; i++)
        {
            var first = (await a.PublishAsync($"{i}")).First;
            Assert.True(first > last);
            last = first;
        }

        await AssertHasAsync(hub, last - 19, from: 15, to: 19);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task The_newest_batch_stays_if_it_is_not_too_large(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 100 };
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;
        await a.PublishAsync([.. Enumerable.Range(1, 100).Select(i => $"{i}")]);

        await AssertHasAsync(hub, first, from: 1, to: 100);
        var next = await a.PublishAsync([.. Enumerable.Range(0, 101).Select(i => $"{i}")]);
        var page = await hub.ReadLogAsync(first - 1);
        Assert.Empty(page.Entries);
        Assert.Equal((next.First + 100, next.First + 100), (page.Offset, page.Trimmed));
    }

    /// <summary>A client that is there may not have acknowledged the last message of a hub that is quiet.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task What_is_old_stays_until_something_new_comes(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Age = TimeSpan.FromSeconds(1) };
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;
        await hub.Database.StringSetAsync(hub.Key("clock"), 1, TimeSpan.FromSeconds(1.2));
        await Eventually.True(
            async () =>
            {
                await ProbeAsync();
                return !await hub.Database.KeyExistsAsync(hub.Key("clock"));
            },
            "the message is old");

        await AssertHasAsync(hub, first, from: 0, to: 0);
        await Eventually.True(
            async () =>
            {
                await a.PublishAsync("1");
                return (await hub.ReadLogAsync(first - 1)).Trimmed == first; // Not if the last upkeep was just now.
            },
            "the old message goes");
        Assert.DoesNotContain("0", await hub.ReadTextsAsync(first - 1));

        Task ProbeAsync() => a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask()));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_hub_that_becomes_at_most_once_lacks_what_was_before(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;
        hub.Limits = hub.Limits with { Messages = 0 };
        await a.PublishAsync("1");
        await a.PublishAsync("2");

        Assert.Equal(first + 2, (await hub.ReadLogAsync(first - 1)).Trimmed);
    }

    /// <summary>Not every offset is a message's: what is for nobody has one, too. Sessions and nodes that are before it miss nothing.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_log_that_was_empty_lacks_nothing_when_its_first_message_comes(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.BeginAsync("session");
        var position = a.LastOffset;
        await a.PublishAsync(Envelope.Text("to nobody") with { Kind = TargetKind.User, Target = "nobody" });
        await a.PublishAsync("first");

        Assert.True((await hub.ReadLogAsync(position)).Trimmed <= position);
        Assert.Null((await a.TakeOverAsync("session")).Refusal);
        Assert.Equal(["first"], await hub.ReadTextsAsync(position));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_hub_that_is_at_most_once_has_none(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 0 };
        var a = await hub.AddNodeAsync("a");
        await a.WantAsync("g:g");

        var answer = await a.PublishAsync("1", "2");

        Assert.Equal(["1", "2"], (await a.Payloads.WaitForCountAsync(1))[0].Messages.Select(message => message.Text));
        var page = await hub.ReadLogAsync(answer.First - 1);
        Assert.Empty(page.Entries);
        Assert.Equal((answer.First + 1, answer.First + 1), (page.Offset, page.Trimmed));
        Assert.False(await hub.Database.KeyExistsAsync(hub.Key("log:messages")));
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_hub_that_nobody_has_used_has_an_empty_log(RedisKind kind)
    {
        var page = await (await ScriptHub.NewAsync(redis, kind)).ReadLogAsync(0);

        Assert.Empty(page.Entries);
        Assert.Equal((0, 0, false), (page.Offset, page.Trimmed, page.HasMore));
    }

    /// <summary>Sends texts from 0 on, each in a batch of its own.</summary>
    /// <returns>The first one's offset.</returns>
    private static async Task<long> PublishEachAsync(ScriptNode node, int count)
    {
        var first = (await node.PublishAsync("0")).First;
        for (var i = 1; i < count; i++)
        {
            await node.PublishAsync($"{i}");
        }

        return first;
    }

    /// <summary>Messages are numbered from <paramref name="first"/> on, and their texts from 0.</summary>
    private static async Task AssertHasAsync(ScriptHub hub, long first, int from, int to)
    {
        Assert.Equal(Enumerable.Range(from, to - from + 1).Select(i => $"{i}"), await hub.ReadTextsAsync(first - 1));
        var page = await hub.ReadLogAsync(first - 1);
        Assert.Equal((first + to, first + from - 1), (page.Offset, page.Trimmed));
    }
}
