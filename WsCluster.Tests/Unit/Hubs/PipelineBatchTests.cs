using CsCheck;
using StackExchange.Redis;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>KEYS and ARGV as the head of hub.lua describes them.</summary>
public sealed class PipelineBatchTests
{
    private const int FixedArguments = 4;

    [Fact]
    public void Keys_and_arguments_are_laid_out_as_the_script_wants_them()
    {
        var batch = new PipelineBatch();
        batch.AddInterest("g:a", interested: true, new Outcome());
        batch.AddMessage(Envelope.Text("1").Outgoing, "g:a", "own.0", new Outcome());
        batch.AddMessage(Envelope.Text("2").Outgoing, "h", "own.0", new Outcome());
        batch.AddMessage((Envelope.Text("3") with { Kind = TargetKind.Connection, Inbox = "other.2" }).Outgoing, null, "own.0", new Outcome());
        batch.AddInterest("g:a", interested: false, new Outcome());

        Assert.Equal(["offset", "owned", "hub:g:a", "hub:h"], batch.Keys("offset", "owned", "hub:").Select(key => key.ToString()));
        var arguments = batch.Arguments("own.0", "inbox:", [1, 2]);
        Assert.Equal("own.0", arguments[0]);
        Assert.Equal("inbox:", arguments[1]);
        Assert.Equal([1, 2], (byte[]?)arguments[2]);
        Assert.Equal(3, (int)arguments[3]);
        Assert.Equal(
            [("+", "3", "g:a"), ("p", "3", "1"), ("p", "4", "2"), ("c", "other.2", "3"), ("-", "3", "g:a")],
            Segments(arguments).Select(segment => (segment.Operation, segment.Subject, segment.Operation is "p" or "c" ? TextOf(segment.Body) : segment.Body.ToString())));
        Assert.True(batch.HasInterest);
        Assert.Equal(3, batch.MessageCount);
        Assert.Equal(3 * Envelope.Text("1").Outgoing.Size, batch.Size);
    }

    [Fact]
    public void Neighbours_with_one_target_share_a_segment()
    {
        var batch = new PipelineBatch();
        foreach (var set in new[] { "g:a", "g:a", "g:b", "g:a", "g:a", "g:a" })
        {
            batch.AddMessage(Envelope.Text(set).Outgoing, set, "own.0", new Outcome());
        }

        var segments = Segments(batch.Arguments("own.0", "inbox:", []));

        Assert.Equal(["3", "4", "3"], segments.Select(segment => segment.Subject));
        Assert.Equal([2, 1, 3], segments.Select(segment => Places(segment.Body).Count));
        Assert.Equal([0, 1, 2, 3, 4, 5], segments.SelectMany(segment => Places(segment.Body)));
        Assert.Equal(4, batch.Keys("o", "w", "p").Length);
        Assert.False(batch.HasInterest);
    }

    [Fact]
    public void Interest_between_two_messages_keeps_them_apart()
    {
        var batch = new PipelineBatch();
        batch.AddMessage(Envelope.Text("1").Outgoing, "g:a", "own.0", new Outcome());
        batch.AddInterest("g:a", interested: true, new Outcome());
        batch.AddMessage(Envelope.Text("2").Outgoing, "g:a", "own.0", new Outcome());

        Assert.Equal(["p", "+", "p"], Segments(batch.Arguments("own.0", "inbox:", [])).Select(segment => segment.Operation));
    }

    /// <summary>One operation in a batch: a message to a set, a message to a node, interest that comes or goes.</summary>
    [Fact]
    public void Every_operation_gets_the_result_of_its_segment_and_every_message_its_place()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], MessageFormatTests.AnyEnvelope).Array[0, 30].Sample(
            operations =>
            {
                var batch = new PipelineBatch();
                List<Outcome> outcomes = [];
                foreach (var (kind, target, message) in operations)
                {
                    var outcome = new Outcome();
                    outcomes.Add(outcome);
                    switch (kind)
                    {
                        case 0 or 1:
                            batch.AddMessage(message.Outgoing, $"g:{target}", "own.0", outcome);
                            break;
                        case 2:
                            batch.AddMessage((message with { Inbox = $"node.{target}" }).Outgoing, null, "own.0", outcome);
                            break;
                        default:
                            batch.AddInterest($"g:{target}", message.Receipt == 0, outcome);
                            break;
                    }
                }

                var keys = batch.Keys("offset", "owned", "hub:");
                Assert.Equal(keys.Length, keys.Distinct().Count());
                var segments = Segments(batch.Arguments("own.0", "inbox:", []));

                // A reading of the segments in order must give the operations in order.
                List<(string Operation, string Target, int Segment)> read = [];
                List<Envelope> sent = [.. operations.Where(operation => operation.Item1 < 3).Select(operation => operation.Item3)];
                for (var s = 0; s < segments.Count; s++)
                {
                    var (operation, subject, body) = segments[s];
                    var target = operation == "c" ? subject : keys[int.Parse(subject, System.Globalization.CultureInfo.InvariantCulture) - 1].ToString();
                    if (operation is "+" or "-")
                    {
                        Assert.Equal(target, "hub:" + body);
                        read.Add((operation, target, s));
                        continue;
                    }

                    var reader = new MessageReader((byte[])body!);
                    while (!reader.AtEnd)
                    {
                        var received = new IncomingMessage();
                        received.Read(reader.ReadMessage());
                        MessageFormatTests.AssertSame(sent[received.Place], received);
                        Assert.Equal(read.Count(one => one.Operation is "p" or "c"), received.Place);
                        read.Add((operation, target, s));
                    }
                }

                Assert.Equal(
                    operations.Select(operation => operation.Item1 switch
                    {
                        0 or 1 => ("p", $"hub:g:{operation.Item2}"),
                        2 => ("c", $"node.{operation.Item2}"),
                        _ => (operation.Item3.Receipt == 0 ? "+" : "-", $"hub:g:{operation.Item2}"),
                    }),
                    read.Select(one => (one.Operation, one.Target)));

                // Redis answers with the first offset and then a number for each segment.
                batch.Complete([RedisResult.Create((RedisValue)1000), .. segments.Select((_, s) => RedisResult.Create((RedisValue)(s + 7)))], NoFault);
                Assert.Equal(read.Select(one => ((bool, int)?)(true, one.Segment + 7)), outcomes.Select(outcome => outcome.Result));
                Assert.All(outcomes, outcome => Assert.True(outcome.IsBatchCompleted));
            },
            iter: 100);
    }

    [Fact]
    public void When_the_script_failed_nothing_was_taken()
    {
        var batch = new PipelineBatch();
        Outcome[] outcomes = [new(), new()];
        batch.AddInterest("h", interested: true, outcomes[0]);
        batch.AddMessage(Envelope.Text("1").Outgoing, "h", "own.0", outcomes[1]);

        batch.Complete(null, NoFault);

        Assert.All(outcomes, outcome => Assert.Equal((false, 0), outcome.Result));
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
            batch.AddMessage(Envelope.Text("1").Outgoing, "h", "own.0", outcome);
        }

        List<Exception> faults = [];
        batch.Complete(null, faults.Add);

        Assert.All(outcomes, outcome => Assert.Equal((false, 0), outcome.Result));
        Assert.True(outcomes[2].IsBatchCompleted);
        Assert.Equal("A bug.", Assert.Single(faults).Message);
    }

    private static void NoFault(Exception exception) => Assert.Fail(exception.ToString());

    [Fact]
    public void A_batch_is_full_by_count_or_by_bytes()
    {
        var byCount = new PipelineBatch();
        var count = 0;
        for (; !byCount.IsFull; count++)
        {
            byCount.AddMessage(Envelope.Text("x").Outgoing, "h", "own.0", new Outcome());
        }

        Assert.InRange(count, 100, ushort.MaxValue); // A place in the batch is a u16.

        var byBytes = new PipelineBatch();
        var large = new Envelope { Data = new byte[100_000] };
        for (count = 0; !byBytes.IsFull; count++)
        {
            byBytes.AddMessage(large.Outgoing, "h", "own.0", new Outcome());
        }

        Assert.InRange(count, 2, 50); // Far below the 32 MiB that Redis lets wait for a subscriber.
    }

    private static List<(string Operation, string Subject, RedisValue Body)> Segments(RedisValue[] arguments)
    {
        Assert.Equal(0, (arguments.Length - FixedArguments) % 3);
        return [.. arguments.Skip(FixedArguments).Chunk(3).Select(three => (three[0].ToString(), three[1].ToString(), three[2]))];
    }

    private static string TextOf(RedisValue body)
    {
        var message = new IncomingMessage();
        message.Read(new MessageReader((byte[])body!).ReadMessage());
        return System.Text.Encoding.UTF8.GetString(message.Data);
    }

    private static List<int> Places(RedisValue body)
    {
        List<int> places = [];
        var reader = new MessageReader((byte[])body!);
        var message = new IncomingMessage();
        while (!reader.AtEnd)
        {
            message.Read(reader.ReadMessage());
            places.Add(message.Place);
        }

        return places;
    }

    private sealed class Outcome : IPipelineCompletion
    {
        public (bool Taken, int Nodes)? Result { get; private set; }

        public bool IsBatchCompleted { get; private set; }

        public bool Throws { get; init; }

        public void Completed(bool taken, int nodes)
        {
            Assert.Null(Result);
            Result = (taken, nodes);
            if (Throws)
            {
                throw new InvalidOperationException("A bug.");
            }
        }

        public void BatchCompleted() => IsBatchCompleted = true;
    }
}
