using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WsCluster.Server;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>What a delivery allocates once everything runs: a message costs its frame and a few strings, a receiver nothing.</summary>
public sealed class DeliveryAllocationTests
{
    private const string Group = "g";

    [Theory]
    [InlineData(SlowClientPolicy.Disconnect)]
    [InlineData(SlowClientPolicy.KeepLatest)]
    public async Task Receivers_cost_no_allocation(SlowClientPolicy policy)
    {
        var few = await AllocatedPerRoundAsync(receivers: 10, policy);
        var many = await AllocatedPerRoundAsync(receivers: 1_000, policy);
        Assert.Equal(few, many);
    }

    /// <summary>Bytes that a round with three messages allocates.</summary>
    private static async Task<long> AllocatedPerRoundAsync(int receivers, SlowClientPolicy policy)
    {
        var hub = ScriptedRedis.NewDirectory().Hold("chat");
        for (var i = 0; i < receivers; i++)
        {
            var connection = TestConnection.New(hub, slowClients: policy);
            Assert.True(await hub.AddConnectionAsync(connection, [Group]));
            connection.Outbound.Start(new Sink(), first: null);
        }

        // Each round has a batch of its own: what has been delivered once is not delivered again.
        byte[][] batches = [.. Enumerable.Range(1, 50).Select(number => (byte[])
        [
            .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number};")), .. MessageReaderTests.Head(1000 + (3 * number), 0, 1, number),
            .. Enumerable.Range(0, 3).SelectMany(place => (Envelope.Text("hello") with { Target = Group }).ToBytes(place)),
        ])];
        var delivery = new Delivery();
        var allocated = 0L;
        foreach (var batch in batches)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(hub.TryDeliver(new MessageReader(batch), "own.0", isRepaired: true, delivery));
            delivery.Flush();
            Assert.Equal(3 * receivers, delivery.Deliveries);
            delivery.Reset();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated; // Of the last round: by then lists have grown and code is compiled.
    }

    /// <summary>A client that takes everything at once.</summary>
    private sealed class Sink : PipeWriter
    {
        private readonly byte[] _memory = new byte[4096];

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory;

        public override Span<byte> GetSpan(int sizeHint = 0) => _memory;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => new(new FlushResult(false, false));

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
