using CsCheck;
using StackExchange.Redis;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>KEYS and ARGV as the head of hub.lua describes them.</summary>
public sealed class PipelineBatchTests
{
    private const string Own = "own.0";

    private static readonly RedisKey[] FixedKeys = [.. Enumerable.Range(1, HubPipeline.FixedKeys).Select(i => (RedisKey)$"fixed{i}")];

    [Fact]
    public void Keys_and_arguments_are_laid_out_as_the_script_wants_them()
    {
        var batch = new PipelineBatch();
        batch.AddInterest("g:a", interested: true, new Outcome());
        batch.AddMessage((Envelope.Text("1") with { Target = "a" }).Outgoing, Own, new Outcome());
        batch.AddMessage((Envelope.Text("2") with { Kind = TargetKind.Hub, Target = "" }).Outgoing, Own, new Outcome());
        batch.AddMessage((Envelope.Text("3") with { Kind = TargetKind.Connection, Target = "c", Inbox = "other.2" }).Outgoing, Own, new Outcome());
        batch.AddMessage((Envelope.Text("4") with { Kind = TargetKind.User, Target = "b" }).Outgoing, Own, new Outcome());
        batch.AddMessage((Envelope.Text("5") with { Kind = TargetKind.Mark, Target = "a", Inbox = Own }).Outgoing, Own, new Outcome());
        batch.AddInterest("g:a", interested: false, new Outcome());

        // A session stands before what belongs to it.
        var keys = Keys(batch);
        Assert.Equal(FixedKeys.Select(key => key.ToString()), keys.Take(FixedKeys.Length).Select(key => key.ToString()));
        Assert.Equal(["g:a", "h", "u:b"], batch.SetNames);
        Assert.Equal(["hub:s:c", "hub:k:c", "hub:d:b"], keys.Skip(FixedKeys.Length).Select(key => key.ToString()));
        Assert.Equal(
            ["+ 1 g:a", "p 1 1", "p 2 2", "s 1 other.2 3", "u 3 3 4", $"c {Own} 5", "- 1 g:a"],
            Operations(batch).Select(Describe));
        Assert.True(batch.HasInterest);
        Assert.Equal(5, batch.Places);
        Assert.Equal(9, batch.Size); // A byte of data each, and four one-letter targets; see Envelope.Outgoing.
    }

    [Fact]
    public void Operations_on_sessions_name_the_session_before_their_arguments()
    {
        var batch = new PipelineBatch();
        batch.AddMessage((Envelope.Text("1") with { Target = "a" }).Outgoing, Own, new Outcome());
        batch.AddSession("v", "c", new Outcome(), "s:c", 3);
        batch.AddSession("j", "c", new Outcome(), 3, "group", batch.Places - 1);
        batch.AddSession("a", "c2", new Outcome(), 1, RedisValue.EmptyString);
        batch.Add("q", 17, new Outcome());
        batch.Add("h", batch.Key("k"), new Outcome());
        batch.Add("f", batch.Key("d:u"), new Outcome(), "c");

        Assert.Equal(["p 1 1", "v 1 s:c 3", "j 1 3 group 0", "a 3 1 ", "q 17", "h 5", "f 6 c"], Operations(batch).Select(Describe));
        Assert.Equal(["s:c", "k:c", "s:c2", "k:c2", "k", "d:u"], Keys(batch).Skip(FixedKeys.Length).Select(key => key.ToString()["hub:".Length..]));
        Assert.True(batch.HasInterest); // The inbox owns sessions, too.
    }

    [Fact]
    public void Neighbours_with_one_target_share_a_segment()
    {
        var batch = new PipelineBatch();
        foreach (var group in new[] { "a", "a", "b", "a", "a", "a" })
        {
            batch.AddMessage((Envelope.Text(group) with { Target = group }).Outgoing, Own, new Outcome());
        }

        var operations = Operations(batch);
        Assert.Equal(["1", "2", "1"], operations.Select(operation => operation.Arguments[0].ToString()));
        Assert.Equal([2, 1, 3], operations.Select(operation => Places(operation).Count));
        Assert.Equal([0, 1, 2, 3, 4, 5], operations.SelectMany(Places));
        Assert.Single(operations.Select(operation => operation.Start).Distinct()); // And the segments an operation.
        Assert.Equal(["g:a", "g:b"], batch.SetNames);
        Assert.Equal(FixedKeys.Length, Keys(batch).Length);
        Assert.False(batch.HasInterest);
    }

    [Fact]
    public void Interest_between_two_messages_keeps_them_apart()
    {
        var batch = new PipelineBatch();
        batch.AddMessage(Envelope.Text("1").Outgoing, Own, new Outcome());
        batch.AddInterest("g:g", interested: true, new Outcome());
        batch.AddMessage(Envelope.Text("2").Outgoing, Own, new Outcome());

        Assert.Equal(["p", "+", "p"], Operations(batch).Select(operation => operation.Name));
    }

    /// <summary>Each may have been taken before, so each needs an answer of its own; so does what follows.</summary>
    [Fact]
    public void Messages_that_may_be_repeated_share_no_segment()
    {
        var repeatable = Envelope.Text("1") with { DedupKey = SessionKey.IdempotencyKeys };
        var batch = new PipelineBatch();
        batch.AddMessage((repeatable with { DedupMember = "one" }).Outgoing, Own, new Outcome());
        batch.AddMessage((repeatable with { DedupMember = "two" }).Outgoing, Own, new Outcome());
        batch.AddMessage(Envelope.Text("3").Outgoing, Own, new Outcome());
        batch.AddMessage(Envelope.Text("4").Outgoing, Own, new Outcome());
        batch.AddMessage((repeatable with { DedupMember = "five" }).Outgoing, Own, new Outcome());

        var operations = Operations(batch);
        Assert.Equal(["k", "p", "k", "p", "p", "k", "p"], operations.Select(operation => operation.Name));
        Assert.All(operations.Where(operation => operation.Name == "k"), operation => Assert.Equal(100_000, (int)operation.Arguments[2]));
        Assert.Equal(["one", "two", "five"], operations.Where(operation => operation.Name == "k").Select(operation => operation.Arguments[1].ToString()));
        Assert.Equal(operations.Count, operations.Select(operation => operation.Start).Distinct().Count()); // No two in one operation.
        Assert.Equal([[0], [1], [2, 3], [4]], operations.Where(operation => operation.IsMessage).Select(Places));
    }

    [Fact]
    public void Of_ackIds_fewer_are_kept_than_of_idempotency_keys()
    {
        var batch = new PipelineBatch();
        batch.AddMessage((Envelope.Text("1") with { DedupKey = SessionKey.AckIds("c"), DedupMember = "1" }).Outgoing, Own, new Outcome());

        Assert.Equal(["k 1 1 1024", "p 1 1"], Operations(batch).Select(Describe));
        Assert.Equal("hub:k:c", Keys(batch)[^1].ToString());
    }

    /// <summary>0, 1: a message to a group, to a user; 2: to a connection; 3: once only; 4: a mark; 5: interest; 6: a session.</summary>
    [Fact]
    public void Every_operation_gets_its_result_and_every_message_its_place()
    {
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 2], MessageFormatTests.AnyEnvelope).Array[0, 30].Sample(
            operations =>
            {
                var batch = new PipelineBatch();
                List<Outcome> outcomes = [];
                List<Envelope> sent = [];
                List<string> expected = [];
                foreach (var (kind, number, any) in operations)
                {
                    var outcome = new Outcome();
                    outcomes.Add(outcome);
                    var target = $"{number}";
                    var message = any with { Target = target, DedupKey = kind == 3 ? "k" : null, DedupMember = kind == 3 ? target : null };
                    switch (kind)
                    {
                        case 0 or 3:
                            Send(message with { Kind = TargetKind.Group }, $"p g:{target}");
                            break;
                        case 1:
                            Send(message with { Kind = TargetKind.User }, $"u u:{target}");
                            break;
                        case 2:
                            Send(message with { Kind = TargetKind.Connection, Inbox = "node.1" }, $"s hub:s:{target}");
                            break;
                        case 4:
                            Send(message with { Kind = TargetKind.Mark, Inbox = target }, $"c {target}");
                            break;
                        case 5:
                            batch.AddInterest($"g:{target}", interested: true, outcome);
                            expected.Add($"+ g:{target}");
                            break;
                        default:
                            batch.AddSession("x", target, outcome, SessionKey.Session(target), 1);
                            expected.Add($"x hub:s:{target}");
                            break;
                    }

                    void Send(Envelope envelope, string read)
                    {
                        sent.Add(envelope);
                        expected.Add(read);
                        batch.AddMessage(envelope.Outgoing, Own, outcome);
                    }
                }

                // A reading of the segments in order must give the operations in order.
                var keys = Keys(batch);
                List<(string What, int Result)> read = [];
                var result = 0;
                var place = 0;
                foreach (var operation in Operations(batch).Where(operation => operation.HasResult))
                {
                    var what = $"{operation.Name} {(operation.Name == "c" ? operation.Arguments[0].ToString() : operation.Subject(keys))}";
                    if (operation.IsMessage)
                    {
                        var reader = new MessageReader(operation.Messages);
                        while (!reader.AtEnd)
                        {
                            var received = new IncomingMessage();
                            received.Read(reader.ReadMessage(), 1);
                            MessageFormatTests.AssertSame(sent[place], received);
                            Assert.Equal(place++, received.Place);
                            read.Add((what, result));
                        }
                    }
                    else
                    {
                        read.Add((what, result));
                    }

                    if (operation.Name is "s" or "x")
                    {
                        var session = operation.Subject(keys);
                        Assert.Equal(session.Replace(":s:", ":k:", StringComparison.Ordinal), keys[Array.IndexOf(keys, session) + 1].ToString());
                    }
                    else if (operation.Name == "u")
                    {
                        var detached = new HubOperation("f", [operation.Arguments[1]], operation.Start, operation.Sets).Subject(keys);
                        Assert.Equal(operation.Subject(keys).Replace("u:", "hub:d:", StringComparison.Ordinal), detached);
                    }

                    result++;
                }

                Assert.Equal(expected, read.Select(one => one.What));
                Assert.Equal(place, batch.Places);

                // Redis answers with the first offset, the epoch, and then a number for each operation.
                batch.Complete((RedisResult[])ScriptedRedis.Answer(1000, 1, Enumerable.Range(7, result).Select(number => (long)number))!, NoFault);
                Assert.Equal(read.Select(one => (true, one.Result + 7)), outcomes.Select(outcome => (outcome.Result!.Value.Taken, outcome.Result.Value.Nodes)));

                // A message's own offset; of anything else that of the last message before it.
                var before = 999L;
                foreach (var (outcome, what) in outcomes.Zip(read))
                {
                    before += what.What[0] is '+' or 'x' ? 0 : 1;
                    Assert.Equal(before, outcome.Result!.Value.Offset);
                    Assert.True(outcome.IsBatchCompleted);
                }
            },
            iter: 100);
    }

    [Fact]
    public void When_the_script_failed_nothing_was_taken()
    {
        var batch = new PipelineBatch();
        Outcome[] outcomes = [new(), new()];
        batch.AddInterest("h", interested: true, outcomes[0]);
        batch.AddMessage(Envelope.Text("1").Outgoing, Own, outcomes[1]);

        batch.Complete(null, NoFault);

        Assert.All(outcomes, outcome => Assert.Equal(OperationResult.Failed, outcome.Result));
        Assert.All(outcomes, outcome => Assert.True(outcome.IsBatchCompleted));
    }

    /// <summary>The pipeline promises that a completion that throws does not stop the hub for everyone else; the rest of its batch is part of that.</summary>
    [Fact]
    public void A_completion_that_throws_does_not_keep_the_others_from_being_told()
    {
        var batch = new PipelineBatch();
        Outcome[] outcomes = [new(), new() { Throws = true }, new()];
        foreach (var outcome in outcomes)
        {
            batch.AddMessage(Envelope.Text("1").Outgoing, Own, outcome);
        }

        List<Exception> faults = [];
        batch.Complete(null, faults.Add);

        Assert.All(outcomes, outcome => Assert.Equal(OperationResult.Failed, outcome.Result));
        Assert.True(outcomes[2].IsBatchCompleted);
        Assert.Equal("A bug.", Assert.Single(faults).Message);
    }

    [Fact]
    public void A_batch_is_full_by_count_or_by_bytes()
    {
        var byCount = new PipelineBatch();
        var count = 0;
        for (; !byCount.IsFull; count++)
        {
            byCount.AddMessage(Envelope.Text("x").Outgoing, Own, new Outcome());
        }

        Assert.InRange(count, 100, ushort.MaxValue); // A place in the batch is a u16.

        var byBytes = new PipelineBatch();
        var large = new Envelope { Data = new byte[100_000] };
        for (count = 0; !byBytes.IsFull; count++)
        {
            byBytes.AddMessage(large.Outgoing, Own, new Outcome());
        }

        Assert.InRange(count, 2, 50); // Far below the 32 MiB that Redis lets wait for a subscriber.
    }

    private static void NoFault(Exception exception) => Assert.Fail(exception.ToString());

    private static RedisKey[] Keys(PipelineBatch batch) => [.. FixedKeys, .. batch.KeyNames.Select(name => (RedisKey)$"hub:{name}")];

    private static List<HubOperation> Operations(PipelineBatch batch) => HubOperation.ReadAll(new HubArguments
    {
        Inbox = Own,
        InboxPrefix = "inbox:",
        PayloadPrefix = [1],
        NodeId = "own",
        Epoch = 0,
        Limits = new LogLimits(1, 1, TimeSpan.Zero),
        LastOffset = 0,
        OriginalFirst = 0,
    }.Of(batch));

    private static string Describe(HubOperation operation) =>
        $"{operation.Name} {string.Join(' ', operation.IsMessage ? [.. operation.Arguments[..^1], TextOf(operation)] : operation.Arguments)}";

    private static string TextOf(HubOperation operation)
    {
        var message = new IncomingMessage();
        message.Read(new MessageReader(operation.Messages).ReadMessage(), 1);
        return System.Text.Encoding.UTF8.GetString(message.Data);
    }

    private static List<int> Places(HubOperation operation)
    {
        List<int> places = [];
        var reader = new MessageReader(operation.Messages);
        var message = new IncomingMessage();
        while (!reader.AtEnd)
        {
            message.Read(reader.ReadMessage(), 1);
            places.Add(message.Place);
        }

        return places;
    }

    private sealed class Outcome : IPipelineCompletion
    {
        public OperationResult? Result { get; private set; }

        public bool IsBatchCompleted { get; private set; }

        public bool Throws { get; init; }

        public void Completed(in OperationResult result)
        {
            Assert.Null(Result);
            Result = result;
            if (Throws)
            {
                throw new InvalidOperationException("A bug.");
            }
        }

        public void BatchCompleted() => IsBatchCompleted = true;
    }
}
