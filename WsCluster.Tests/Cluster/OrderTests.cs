using System.Diagnostics;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>One order per hub: whoever receives two messages receives them in the same order as everybody else, and nothing is missing.</summary>
public abstract class OrderTests(ClusterFixture fixture, int burst) : ClusterTest(fixture)
{
    private const int Senders = 20;
    private const int Receivers = 60;

    [Fact]
    public async Task Messages_of_every_kind_have_one_order()
    {
        const int Each = 200;
        var senders = new[] { await ConnectAsync(0), await ConnectAsync(1), await ConnectAsync(2) };
        var receivers = new List<TestClient>();
        for (var i = 0; i < 6; i++)
        {
            receivers.Add(await ConnectAsync(i % 3, "u", groups: ["g"]));
        }

        await Task.WhenAll(senders.Select(async (sender, index) =>
        {
            for (var i = 0; i < Each; i++)
            {
                var data = (index * Each) + i;
                await (await sender.BeginAsync((i % 3) switch
                {
                    0 => new { type = "sendToGroup", group = "g", data } as object,
                    1 => new { type = "sendToUser", userId = "u", data },
                    _ => new { type = "broadcast", data },
                })).Succeeds();
            }
        }));

        int[]? first = null;
        foreach (var receiver in receivers)
        {
            var numbers = (await receiver.Messages.WaitForCountAsync(3 * Each)).Select(message => message.Data.GetInt32()).ToArray();
            Assert.Equal(first ??= numbers, numbers);
        }

        AssertComplete(first!, senders.Length, Each);
    }

    [Fact]
    public async Task A_burst_reaches_every_receiver_in_one_order()
    {
        var each = burst / Senders;
        var orders = new List<List<int>>();
        var receivers = new List<TestClient>();
        for (var i = 0; i < Receivers; i++)
        {
            var order = new List<int>(burst);
            orders.Add(order);
            var url = TestCluster.ClientUrl(Cluster.Nodes[i % 3], Hub, groups: ["burst"]);
            receivers.Add(Own(await TestClient.ConnectAsync(url, frame => order.Add(ReadNumber(frame.Span)))));
        }

        var senders = new List<TestClient>();
        for (var i = 0; i < Senders; i++)
        {
            senders.Add(await ConnectAsync(i % 3));
        }

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(senders.Select((sender, index) => Task.Run(() => SendAsync(sender, index * each, each))));
        var sent = watch.Elapsed;
        await Eventually.True(
            () => orders.All(order => order.Count >= burst) || receivers.Any(receiver => !receiver.IsOpen),
            $"every receiver has {burst} messages",
            TimeSpan.FromMinutes(4));
        Report($"{burst} messages acked after {sent.TotalSeconds:0.0} s, delivered to {Receivers} after {watch.Elapsed.TotalSeconds:0.0} s.");

        foreach (var (receiver, order) in receivers.Zip(orders))
        {
            Assert.True(receiver.IsOpen, receiver.IsOpen ? "" : $"A receiver lost its connection: {await receiver.Closed}");
            Assert.True(orders[0].SequenceEqual(order), "All receivers see one order.");
        }

        AssertComplete(orders[0], Senders, each);
    }

    /// <summary>Sends with a window of unacknowledged requests, as a busy client does.</summary>
    private static async Task SendAsync(TestClient sender, int first, int count)
    {
        const int Window = 100;
        var acks = new Queue<Task<Ack>>();
        for (var data = first; data < first + count; data++)
        {
            acks.Enqueue(await sender.BeginAsync(new { type = "sendToGroup", group = "burst", data }));
            if (acks.Count == Window)
            {
                await acks.Dequeue().Succeeds();
            }
        }

        foreach (var ack in acks)
        {
            await ack.Within("the ack arrives", TimeSpan.FromMinutes(2)).Succeeds();
        }
    }

    private static void AssertComplete(IReadOnlyCollection<int> numbers, int senders, int each)
    {
        Assert.Equal(senders * each, numbers.Count);
        for (var sender = 0; sender < senders; sender++)
        {
            var first = sender * each;
            var own = numbers.Where(number => number >= first && number < first + each);
            Assert.True(own.SequenceEqual(Enumerable.Range(first, each)), "Messages of one sender keep their order, and none is missing.");
        }
    }

    private static int ReadNumber(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                return reader.GetInt32();
            }
        }

        throw new InvalidDataException("A message without data.");
    }
}

/// <inheritdoc/>
[Collection<EmbeddedClusterCollection>]
public sealed class OrderOnEmbeddedRedisTests(EmbeddedClusterFixture fixture) : OrderTests(fixture, 10_000);

/// <inheritdoc/>
[Collection<RedisServerClusterCollection>]
public sealed class OrderOnRedisServerTests(RedisServerClusterFixture fixture) : OrderTests(fixture, 100_000);
