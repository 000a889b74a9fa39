using CsCheck;
using StackExchange.Redis;
using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>
/// What Redis knows of a node's interest, against what its clients were told, while calls fail before or after they took effect, are
/// tried again or given up, and Redis loses all it had.
/// </summary>
public sealed class HubInterestProperties
{
    private const string Marker = "g:marker";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>0, 1: connect, disconnect; 2 to 5: join; 6, 7: leave; 8: sweep; 9: wait until everything is done.</summary>
    private static readonly Gen<(int Kind, int Connection, int Group)[]> Steps =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 2]).Array[1, 40];

    [Fact]
    public async Task Without_failures_every_join_succeeds_and_is_in_Redis_when_its_client_is_told() =>
        await Gen.Select(Steps, Gen.UInt).SampleAsync((steps, seed) => RunAsync(steps, seed, failures: false), iter: 150, threads: 2);

    [Fact]
    public async Task After_failures_Redis_and_the_node_agree_again_and_a_failed_join_has_left_no_trace() =>
        await Gen.Select(Steps, Gen.UInt).SampleAsync((steps, seed) => RunAsync(steps, seed, failures: true), iter: 300, threads: 2);

    private static async Task RunAsync((int Kind, int Connection, int Group)[] steps, uint seed, bool failures)
    {
        var redis = new InterestRedis(new Random((int)seed)) { Fails = failures };

        // What has failed is given up at once, or tried until Redis takes it.
        var options = new NodeOptions { PublishTimeout = Deadline };
        var time = new ImpatientTime(jump: seed % 2 == 0 ? 2 * Deadline : TimeSpan.Zero);
        var hub = ScriptedRedis.NewHub(redis.EvaluateAsync, options, time: time);
        hub.Pipeline.OnNewEpoch = hub.OnNewEpoch;
        var connections = new ClientConnection?[4];

        // Whether a connection should be in a group: the outcome of the last thing it asked for; who is in already stays in when
        // joining once more fails.
        Dictionary<(ClientConnection, string), Task<bool>> last = [];
        List<(ClientConnection Connection, string Group, Join Join)> joins = [];
        foreach (var (kind, slot, number) in steps)
        {
            var (connection, group) = (connections[slot], $"g{number}");
            switch (kind)
            {
                case 0 when connection is null:
                    connection = TestConnection.New(hub, $"c{Guid.NewGuid():N}", slot == 0 ? null : $"user{slot % 2}");
                    var added = await hub.AddConnectionAsync(connection, [group, "all"]).WaitAsync(Deadline);
                    Assert.True(added || failures);
                    connections[slot] = added ? connection : null;
                    last[(connection, group)] = last[(connection, "all")] = Task.FromResult(added);
                    break;
                case 1 when connection is not null:
                    Left(connection, group: null);
                    hub.RemoveConnection(connection);
                    connections[slot] = null;
                    break;
                case >= 2 and <= 5 when connection is not null:
                    var join = new Join(() => failures || redis.Has("g:" + group));
                    joins.Add((connection, group, join));
                    last[(connection, group)] = EitherAsync(join.Task, last.GetValueOrDefault((connection, group), Task.FromResult(false)));
                    hub.Join(connection, group, join);
                    break;
                case 6 or 7 when connection is not null:
                    Left(connection, group);
                    hub.Leave(connection, group, new Join(() => true));
                    last[(connection, group)] = Task.FromResult(false);
                    break;
                case 8:
                    hub.Sweep(TimeSpan.Zero);
                    break;
                case 9:
                    await IdleAsync(hub);
                    break;
            }
        }

        var outcomes = await Task.WhenAll(last.Select(async pair => (pair.Key, Member: await pair.Value.WaitAsync(Deadline))));
        foreach (var ((connection, group), member) in outcomes)
        {
            var here = connections.Contains(connection);
            Assert.Equal(member && here, connection.Groups.ContainsKey(group));
        }

        redis.Fails = false;
        var live = connections.OfType<ClientConnection>().ToArray();
        string[] expected =
        [
            .. live.Length > 0 ? ["h"] : Array.Empty<string>(),
            .. live.SelectMany(connection => connection.Groups.Keys).Distinct().Select(group => "g:" + group),
            .. live.Select(connection => connection.UserId).OfType<string>().Distinct().Select(user => "u:" + user),
        ];

        // A sweep may find that what the last one tried has failed; two without failures settle everything.
        for (var round = 0; round < 3; round++)
        {
            await IdleAsync(hub);
            hub.Sweep(TimeSpan.Zero);
        }

        await IdleAsync(hub);
        Assert.Equal(expected.Order(StringComparer.Ordinal), redis.Sets.Where(set => set != Marker).Order(StringComparer.Ordinal));

        // Before the hub knows: from then on it may take the node out of the set before an earlier join is told.
        void Left(ClientConnection connection, string? group)
        {
            foreach (var (_, _, join) in joins.Where(join => join.Connection == connection && (group ?? join.Group) == join.Group))
            {
                join.Left = true;
            }
        }
    }

    private static async Task<bool> EitherAsync(Task<bool> join, Task<bool> before) => await join || await before;

    /// <summary>Waits until the pipeline has done all it was given: it keeps the order.</summary>
    private static async Task IdleAsync(Hub hub)
    {
        var done = new Join(() => true);
        hub.Pipeline.SetInterest(Marker, interested: true, done);
        await done.Task.WaitAsync(Deadline);
    }

    private sealed class Join(Func<bool> holds) : IJoinCompletion, IPipelineCompletion
    {
        private readonly TaskCompletionSource<bool> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private volatile bool _left;

        public Task<bool> Task => _source.Task;

        /// <summary>Whether the client has left since: then nothing has to hold when it is told.</summary>
        public bool Left
        {
            set => _left = value;
        }

        public void Joined(bool success)
        {
            if (success && !holds() && !_left)
            {
                _source.SetException(new InvalidOperationException("The client was told that it had joined before Redis knew."));
                return;
            }

            _source.SetResult(success); // Throws when it is told twice.
        }

        public void Completed(in OperationResult result) => _source.SetResult(result.Taken);

        public void BatchCompleted()
        {
        }
    }

    /// <summary>The interest part of hub.lua: each batch is taken once, and a Redis that has lost everything has another epoch.</summary>
    private sealed class InterestRedis(Random random)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<string> _sets = [];
        private long _epoch = 1;
        private long _lastBatch;

        public bool Fails { get; set; }

        public string[] Sets
        {
            get
            {
                lock (_gate)
                {
                    return [.. _sets];
                }
            }
        }

        public bool Has(string set) => Sets.Contains(set);

        public async Task<RedisResult> EvaluateAsync(RedisKey[] keys, RedisValue[] arguments)
        {
            await Task.Yield();
            lock (_gate)
            {
                var fate = Fails ? random.Next(9) : 8;
                if (fate < 2)
                {
                    throw new RedisConnectionException(ConnectionFailureType.SocketFailure, "Lost before it took effect.");
                }

                if (fate == 2)
                {
                    _sets.Clear();
                    _epoch++;
                    _lastBatch = 0;
                }

                var (number, known) = (HubOperation.Number(arguments, 1), HubOperation.Number(arguments, 2));
                if (known != 0 && known != _epoch)
                {
                    return ScriptedRedis.Answer(-1, _epoch, _lastBatch);
                }

                List<long> results = [];
                foreach (var operation in HubOperation.ReadAll(arguments))
                {
                    if (operation.Name is "+" or "-" && number > _lastBatch)
                    {
                        var set = operation.Subject(keys);
                        Assert.Equal(operation.Arguments[1].ToString(), set);
                        _ = operation.Name == "+" ? _sets.Add(set) : _sets.Remove(set);
                    }

                    results.Add(operation.IsMessage ? 0 : 1); // A mark, and nobody hears it.
                }

                _lastBatch = Math.Max(_lastBatch, number);
                return fate is 3 or 4
                    ? throw new RedisTimeoutException("Lost after it took effect.", CommandStatus.Sent)
                    : ScriptedRedis.Answer(number, _epoch, results);
            }
        }
    }
}
