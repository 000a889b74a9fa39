using StackExchange.Redis;
using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>What a hub writes down of how far its reliable clients are.</summary>
public sealed class HubCheckpointTests
{
    /// <summary>
    /// Else Redis would take the client, which is not there to say otherwise, for one that has everything, and what it lacks would not be
    /// replayed to it.
    /// </summary>
    [Fact]
    public async Task That_all_have_everything_is_not_written_before_what_one_lacks_that_is_gone()
    {
        List<string> taken = [];
        var refusals = 0;
        TaskCompletionSource lastTry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new NodeOptions();
        var node = new NodeIdentity();
        var hub = ScriptedRedis.NewHub(EvaluateAsync, options, node, new ImpatientTime(jump: 0.6 * options.PublishTimeout), hubTime: TimeProvider.System);
        var (stays, leaves) = (New("stays"), New("leaves"));
        Assert.True(await hub.AddConnectionAsync(stays, []));
        Assert.True(await hub.AddConnectionAsync(leaves, []));
        leaves.Session!.Deliver(offset: 1_000_000, bytes: 1); // It never acknowledges that.
        for (var i = 0; i < 3; i++)
        {
            await SweepAsync();
        }

        Assert.Contains("q", taken);
        taken.Clear();

        refusals = 2; // Then the deadline of where the client is has passed, and that of what comes after it has not.
        hub.RemoveConnection(leaves);
        await lastTry.Task.Within("Redis is asked for the last time to write down where the client is");
        Advance(to: 10_000_000);
        hub.Sweep(TimeSpan.Zero);
        Advance(to: 20_000_000);
        hub.Sweep(TimeSpan.Zero);
        goOn.SetResult();
        for (var i = 0; i < 3; i++)
        {
            await SweepAsync();
        }

        Assert.Equal(["d", "q"], taken.Where(name => name is "d" or "q").Take(2));

        ClientConnection New(string id) => TestConnection.New(hub, id, session: new ReliableSession("token", generation: 1, position: 0, options));

        // An empty payload, as a probe brings it.
        void Advance(long to) =>
            Assert.True(hub.TryDeliver(new MessageReader([.. "1;"u8, .. MessageReaderTests.Head(to + 1, 0, 1, 1)]), node.Inbox, isRepaired: true, new Delivery()));

        async Task SweepAsync()
        {
            hub.Sweep(TimeSpan.Zero);
            var done = new PipelineTask();
            hub.Pipeline.Add(done, static (batch, done) => batch.Add("h", batch.Key("k"), done));
            await done.Task.Within("the pipeline has done all it was given");
        }

        async Task<RedisResult> EvaluateAsync(RedisKey[] keys, RedisValue[] arguments)
        {
            await Task.Yield();
            var operations = HubOperation.ReadAll(arguments);
            if (refusals > 0 && operations.Any(operation => operation.Name == "d"))
            {
                if (--refusals == 0)
                {
                    lastTry.SetResult();
                    await goOn.Task;
                }

                throw new RedisTimeoutException("Too late.", CommandStatus.Sent);
            }

            taken.AddRange(operations.Select(operation => operation.Name));
            return ScriptedRedis.Answer(1_000 * HubOperation.Number(arguments, 1), 1, operations.Where(operation => operation.HasResult).Select(_ => 1L));
        }
    }
}
