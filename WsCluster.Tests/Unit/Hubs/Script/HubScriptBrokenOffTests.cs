using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>
/// Calls that have done a part of what they do. Redis was killed, and Garnet's append-only file has each write by itself; or a command
/// was answered with an error.
/// </summary>
[Collection<HubRedisCollection>]
public sealed class HubScriptBrokenOffTests(HubRedis redis)
{
    public static readonly MatrixTheoryData<RedisKind, Written> Calls = new(Enum.GetValues<RedisKind>(), Enum.GetValues<Written>());
    public static readonly MatrixTheoryData<RedisKind, bool> Servers = new(Enum.GetValues<RedisKind>(), [false, true]);

    /// <summary>How far the call came that broke off.</summary>
    public enum Written
    {
        Pieces,
        PiecesAndEntry,
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_the_server_did_not_finish_goes_when_it_is_back(RedisKind kind, Written written)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0", "1")).First;
        await BreakOffAsync(hub, a, written);
        hub.Identity = "second";
        Assert.Equal(["0", "1"], await hub.ReadTextsAsync(first - 1)); // Nobody has called the hub yet.

        a.Epoch = 0;
        await a.PublishAsync("4", "5");
        await a.PublishAsync("6");

        Assert.Equal(first - 1, (await hub.ReadLogAsync(first - 1)).Trimmed);
        Assert.Equal(["0", "1", "4", "5", "6"], await hub.ReadTextsAsync(first - 1));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task The_first_call_of_a_hub_can_break_off_too(RedisKind kind, Written written)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var before = (await a.RunAsync(batch => batch.Add("h", batch.Key("k"), new PipelineTask()))).First;
        await BreakOffAsync(hub, a, written);
        hub.Identity = "second";
        Assert.Empty((await hub.ReadLogAsync(before)).Entries);

        a.Epoch = 0;
        await a.PublishAsync("4");

        Assert.Equal(["4"], await hub.ReadTextsAsync(before));
    }

    /// <summary>Whoever wants what was before is told that the log does not have it.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_log_that_cannot_be_mended_is_given_up(RedisKind kind, bool isBack)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = hub.Limits with { Messages = 5 };
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0", "1")).First;
        await a.PublishAsync("2", "3", "4");
        await BreakOffAsync(hub, a, Written.PiecesAndEntry); // The call has trimmed the log.
        if (isBack)
        {
            hub.Identity = "second";
            a.Epoch = 0;
        }

        var page = await hub.ReadLogAsync(first - 1);
        Assert.Empty(page.Entries);
        Assert.Equal(first + 4, page.Trimmed);
        var next = (await a.PublishAsync("7")).First;

        page = await hub.ReadLogAsync(first - 1);
        Assert.Equal(next - 1, page.Trimmed);
        Assert.Equal(["7"], await hub.ReadTextsAsync(first - 1));
    }

    /// <summary>On the same server a command of the call was answered with an error.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_log_that_is_not_what_the_hub_says_is_given_up(RedisKind kind, Written written)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0", "1")).First;
        await BreakOffAsync(hub, a, written);

        var next = (await a.PublishAsync("4", "5")).First;
        await a.PublishAsync("6");

        Assert.Equal(next - 1, (await hub.ReadLogAsync(first - 1)).Trimmed);
        Assert.Equal(["4", "5", "6"], await hub.ReadTextsAsync(first - 1));
    }

    [Theory]
    [InlineData(RedisKind.RedisServer, "log")]
    [InlineData(RedisKind.RedisServer, "log:messages")]
    [InlineData(RedisKind.Embedded, "log")]
    [InlineData(RedisKind.Embedded, "log:messages")]
    public async Task A_log_of_which_a_part_has_expired_is_given_up(RedisKind kind, string expired)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0", "1")).First;
        await hub.Database.KeyDeleteAsync(hub.Key(expired));

        var page = await hub.ReadLogAsync(first - 1);
        Assert.Empty(page.Entries);
        Assert.Equal(first + 1, page.Trimmed);
        await a.PublishAsync("2");

        Assert.Equal(first + 1, (await hub.ReadLogAsync(first - 1)).Trimmed);
        Assert.Equal(["2"], await hub.ReadTextsAsync(first - 1));
    }

    /// <summary>Else who sends it again is told that it was taken, and nobody ever gets it.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_message_counts_as_taken_only_when_it_is_in_the_log(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = (await a.PublishAsync("0")).First;
        await hub.Database.KeyDeleteAsync(hub.Key("log"));
        await hub.Database.StringSetAsync(hub.Key("log"), "no list");
        var message = Envelope.Text("1") with { DedupKey = "k", DedupMember = "key" };
        await Assert.ThrowsAsync<RedisServerException>(() => a.PublishAsync(message));
        await hub.Database.KeyDeleteAsync(hub.Key("log"));

        Assert.Equal([0], (await a.PublishAsync(message)).Numbers); // Nobody is in the group.

        Assert.Equal([-2], (await a.PublishAsync(message)).Numbers);
        Assert.Equal(["1"], await hub.ReadTextsAsync(first - 1));
    }

    /// <summary>A node that did not get the answer asks again: the server may have known of the batch, and not that its messages were taken.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_batch_that_is_sent_again_says_again_which_messages_were_taken(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var batch = ScriptNode.Batch(batch => a.Add(
            batch,
            Envelope.Text("1") with { DedupKey = "k", DedupMember = "to a group" },
            Envelope.Text("2") with { DedupKey = "k", DedupMember = "to nobody", Kind = TargetKind.User, Target = "nobody" }));
        batch.Number = ++a.Number;
        Assert.Equal([0, 0], (await a.SendAsync(batch)).Numbers);
        await hub.Database.KeyDeleteAsync(hub.Key("k"));

        await a.SendAsync(batch);

        Assert.Equal(["to a group"], (await hub.Database.SortedSetRangeByRankAsync(hub.Key("k"))).Select(member => member.ToString()));
    }

    /// <summary>A call with three pieces that does not come to write the hub's state.</summary>
    private static async Task BreakOffAsync(ScriptHub hub, ScriptNode node, Written written)
    {
        var state = await hub.Database.HashGetAllAsync(hub.Key("hub"));
        await node.PublishAsync([.. new[] { "x", "y", "z" }.Select(text => Envelope.Text(text) with { Target = text })]);
        node.Number--;
        await hub.Database.KeyDeleteAsync(hub.Key("hub"));
        await hub.Database.HashSetAsync(hub.Key("hub"), state);
        if (written == Written.Pieces)
        {
            await hub.Database.ListRightPopAsync(hub.Key("log"));
        }
    }
}
