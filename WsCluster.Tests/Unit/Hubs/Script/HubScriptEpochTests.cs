using StackExchange.Redis;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>hub.lua on a server that is not the one that the hub was on last, and may lack what that one had.</summary>
[Collection<HubRedisCollection>]
public sealed class HubScriptEpochTests(HubRedis redis)
{
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Another_server_is_another_epoch_with_larger_offsets_and_the_same_log(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.WantAsync("g:g");
        var before = await a.PublishAsync("1");

        hub.Identity = "second";
        var batch = ScriptNode.Batch(batch => a.Add(batch, Envelope.Text("2")));
        batch.Number = ++a.Number;
        var refused = await a.SendAsync(batch);
        Assert.Equal(-1, refused.First);
        Assert.True(refused.Epoch > before.Epoch);
        Assert.Equal([batch.Number - 1], refused.Numbers); // Nothing of the caller was lost.
        Assert.Equal(["1"], await hub.ReadTextsAsync(before.First - 1));

        a.Epoch = refused.Epoch;
        var taken = await a.SendAsync(batch);
        Assert.Equal(refused.Epoch, taken.Epoch);
        Assert.True(taken.First > before.First + 1_000_000); // What the other server had taken last, and this one lacks, had offsets, too.

        var page = await hub.ReadLogAsync(before.First - 1);
        Assert.Equal([before.Epoch, taken.Epoch], page.Entries.Select(entry => entry.Head.Epoch));
        Assert.Equal(before.First - 1, page.Trimmed);
        Assert.Equal(new BatchHead(taken.First, 0, taken.Epoch, batch.Number, "a"), (await a.Payloads.WaitForCountAsync(2))[1].Head);
        await a.PublishAsync("3");
        Assert.Equal(["1", "2", "3"], await hub.ReadTextsAsync(before.First - 1));
    }

    /// <summary>It asks for nothing that it could have lost.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_node_that_knows_no_epoch_is_told(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var (a, b) = (await hub.AddNodeAsync("a"), await hub.AddNodeAsync("b"));
        var before = await a.PublishAsync("1");
        hub.Identity = "second";

        var answer = await b.PublishAsync("2");

        Assert.True(answer.Epoch > before.Epoch && answer.First > before.First);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task An_empty_server_begins_beyond_all_that_can_have_been(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var before = await a.PublishAsync("1");

        await hub.ForgetAsync();
        var batch = ScriptNode.Batch(batch => a.Add(batch, Envelope.Text("2")));
        batch.Number = ++a.Number;
        var refused = await a.SendAsync(batch);

        Assert.Equal(-1, refused.First);
        Assert.True(refused.Epoch > before.Epoch);
        Assert.Equal([0], refused.Numbers);
        var page = await hub.ReadLogAsync(before.First - 1);
        Assert.Empty(page.Entries);
        Assert.True(page.Trimmed > before.First, "Nobody may think that it has missed nothing.");
        a.Epoch = refused.Epoch;
        Assert.True((await a.SendAsync(batch)).First > page.Trimmed);
    }

    /// <summary>A clock that goes wrong must not make offsets go back.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task Offsets_go_on_beyond_what_the_caller_has_seen(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        a.LastOffset = 1L << 52;

        Assert.True((await a.PublishAsync("1")).First > 1L << 52);
    }

    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task What_is_sent_again_says_which_offset_it_had(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        await a.WantAsync("g:g");
        var batch = ScriptNode.Batch(batch => a.Add(batch, Envelope.Text("1"), Envelope.Text("2")));
        batch.Number = ++a.Number;
        var lost = await a.SendAsync(batch);
        await hub.ForgetAsync();
        a.Epoch = 0;
        await a.WantAsync("g:g");
        batch.Number = ++a.Number;

        var again = await a.SendAsync(batch, original: lost.First);

        Assert.Equal(new BatchHead(again.First, lost.First, again.Epoch, batch.Number, "a"), (await a.Payloads.WaitForCountAsync(2))[1].Head);
        Assert.Equal(new BatchHead(again.First, lost.First, again.Epoch, batch.Number, "a"), Assert.Single((await hub.ReadLogAsync(again.First - 1)).Entries).Head);
    }

    /// <summary>In Garnet a FLUSHALL can come while the script runs. Here an operation that ends a session takes the hub for one.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_hub_that_is_emptied_during_a_call_has_another_epoch(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var a = await hub.AddNodeAsync("a");
        var first = await a.PublishAsync("1");
        await hub.Database.HashSetAsync(hub.Key("hub"), "g", 1);
        var batch = ScriptNode.Batch(batch =>
        {
            a.Add(batch, Envelope.Text("2"));
            var key = batch.Key("hub");
            batch.Key("nothing");
            batch.Add("x", key, new PipelineTask(), "name", 1);
        });
        batch.Number = ++a.Number;

        var failure = await Assert.ThrowsAsync<RedisServerException>(() => a.SendAsync(batch));

        Assert.Contains("emptied", failure.Message, StringComparison.Ordinal);
        Assert.False(await hub.Database.KeyExistsAsync(hub.Key("hub")));
        var refused = await a.SendAsync(ScriptNode.Batch(batch => a.Add(batch, Envelope.Text("2"))));
        Assert.Equal(-1, refused.First);
        Assert.True(refused.Epoch > first.Epoch);
    }

    /// <summary>Then its last batch is forgotten, which must not look as if the hub had been emptied during the call.</summary>
    [Theory]
    [ClassData(typeof(RedisKinds))]
    public async Task A_node_that_was_silent_for_long_goes_on_in_the_same_epoch(RedisKind kind)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        hub.Limits = new LogLimits(0, 0, TimeSpan.FromMilliseconds(1)); // The upkeep is at every call.
        var a = await hub.AddNodeAsync("a");
        var before = await a.PublishAsync("1");
        byte[] batch = (await hub.Database.HashGetAsync(hub.Key("hub"), "na"))!;
        await hub.Database.HashSetAsync(hub.Key("hub"), "na", (byte[])[.. batch[..16], .. new byte[8]]); // Its time is long ago.

        await Task.Delay(2, TestContext.Current.CancellationToken); // Longer than the age, so that the upkeep is due.
        var after = await a.PublishAsync("2");

        Assert.Equal((before.Epoch, before.First + 1), (after.Epoch, after.First));
        Assert.True(await hub.Database.HashExistsAsync(hub.Key("hub"), "na"));
    }

    /// <summary>The pipeline keeps what was acked, for a server that comes back without it.</summary>
    [Theory]
    [InlineData(RedisKind.RedisServer, 0)]
    [InlineData(RedisKind.RedisServer, 1)]
    [InlineData(RedisKind.RedisServer, 3)]
    [InlineData(RedisKind.Embedded, 0)]
    [InlineData(RedisKind.Embedded, 2)]
    public async Task What_was_acked_is_sent_again_only_if_it_was_lost(RedisKind kind, int lost)
    {
        var hub = await ScriptHub.NewAsync(redis, kind);
        var node = new NodeIdentity();
        var pipeline = new HubPipeline(ScriptHub.Name, ScriptedRedis.NewContext(hub.Connection, hub.Keys, node: node));
        var epochs = 0;
        pipeline.OnNewEpoch = () => epochs++;
        List<long> offsets = [];
        RedisValue[] fields = [HubState.Field, "n" + node.NodeId];
        List<RedisValue[]> states = [];
        for (var i = 0; i < 3; i++)
        {
            offsets.Add((await SendAsync($"{i}")).Offset);
            states.Add(await hub.Database.HashGetAsync(hub.Key("hub"), fields));
        }

        // Another server takes over, without the last batches.
        for (var i = 0; i < lost; i++)
        {
            await hub.Database.ListRightPopAsync(hub.Key("log"));
            await hub.Database.ListRightPopAsync(hub.Key("log:messages"));
        }

        if (lost == 3)
        {
            await hub.Database.KeyDeleteAsync(hub.Key("hub"));
        }
        else
        {
            await hub.Database.HashSetAsync(hub.Key("hub"), [HubState.OnAnotherServer(states[2 - lost][0]), new(fields[1], states[2 - lost][1])]);
        }

        var next = await SendAsync("next");

        Assert.True(next.Offset > offsets[^1]);
        Assert.Equal(["0", "1", "2", "next"], await hub.ReadTextsAsync(offsets[0] - 1));
        var entries = (await hub.ReadLogAsync(offsets[0] - 1)).Entries.Select(entry => entry.Head).ToArray();
        Assert.Equal([.. Enumerable.Repeat(0L, 3 - lost), .. offsets.TakeLast(lost), 0L], entries.Select(head => head.OriginalFirst));
        Assert.Equal(entries.Select(head => head.First).Order(), entries.Select(head => head.First));
        Assert.Equal(1, epochs);

        async Task<OperationResult> SendAsync(string text)
        {
            var task = new PipelineTask();
            Assert.True(pipeline.TrySend(Envelope.Text(text).Outgoing, task));
            var result = await task.Task.Within("the message is taken");
            Assert.True(result.Taken);
            return result;
        }
    }
}
