using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>
/// What Redis has lost, or may have, comes again in the next epoch. A client that has come to the node since may have got it elsewhere.
/// </summary>
public sealed class RepeatedDeliveryTests
{
    private const long Epoch = 2;

    /// <summary>How long ago a batch was sent first that may have been taken then (ms), as it is written: less than 0.</summary>
    private const long InDoubt = -500;

    private readonly ManualTime _time = new();
    private readonly Hub _hub;
    private int _batches;

    public RepeatedDeliveryTests() => _hub = ScriptedRedis.NewHub(ScriptedRedis.TakeAsync, hubTime: _time);

    [Theory]
    [InlineData(0)] // New.
    [InlineData(100)]
    [InlineData(InDoubt)]
    public async Task Who_was_there_before_gets_it(long originalFirst)
    {
        var connection = await EnterAsync(session: Session(takenAt: 50, generation: 2));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        BeginEpoch();

        Assert.Equal(1, Deliver(originalFirst));
        Assert.False(connection.Closing.IsCompleted);
    }

    /// <summary>It may have got it before, in a session that is over.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(100, false)]
    [InlineData(InDoubt, false)]
    public async Task Who_is_new_gets_what_is_new(long originalFirst, bool gets)
    {
        BeginEpoch();
        var connections = new[] { await EnterAsync(session: null), await EnterAsync(Session(takenAt: 1500, generation: 1)) };
        _time.Advance(TimeSpan.FromMilliseconds(499));

        Assert.Equal(gets ? connections.Length : 0, Deliver(originalFirst));
        Assert.All(connections, connection => Assert.False(connection.Closing.IsCompleted));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, true)]
    [InlineData(InDoubt, true)]
    public async Task Who_has_come_back_to_a_session_is_told(long originalFirst, bool told)
    {
        BeginEpoch();
        var connection = await EnterAsync(Session(takenAt: 1500, generation: 2));

        Assert.Equal(told ? 0 : 1, Deliver(originalFirst));
        Assert.Equal(told ? ClientClose.MessagesLost : null, connection.Closing.IsCompleted ? await connection.Closing : null);

        // Nothing that comes after the gap reaches it before the word of it.
        Deliver(originalFirst: 0);
        Assert.Equal(told, connection.Session!.HasEverything);
    }

    /// <summary>Since the epoch began, but before it was sent.</summary>
    [Fact]
    public async Task Who_came_before_it_was_sent_gets_it_whatever_the_epoch()
    {
        BeginEpoch();
        var connections = new[] { await EnterAsync(session: null), await EnterAsync(Session(takenAt: 1500, generation: 2)) };
        _time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(connections.Length, Deliver(InDoubt));
        Assert.All(connections, connection => Assert.False(connection.Closing.IsCompleted));
    }

    private static ReliableSession Session(long takenAt, long generation) => new("token", generation, takenAt, new NodeOptions()) { TakenAt = takenAt };

    private async Task<ClientConnection> EnterAsync(ReliableSession? session)
    {
        var connection = TestConnection.New(_hub, session: session);
        Assert.True(await _hub.AddConnectionAsync(connection, []));
        return connection;
    }

    /// <summary>The node hears of a new epoch, which begins after offset 999.</summary>
    private void BeginEpoch()
    {
        Deliver(new BatchHead(60, 0, Epoch - 1, ++_batches, "a"), messages: []);
        Deliver(new BatchHead(1000, 0, Epoch, ++_batches, "a"), messages: []);
    }

    /// <summary>A message to all; how many got it.</summary>
    private long Deliver(long originalFirst) =>
        Deliver(new BatchHead(2000 + _batches, originalFirst, Epoch, ++_batches, "a"), (Envelope.Text("hello") with { Kind = TargetKind.Hub }).ToBytes(0));

    private long Deliver(BatchHead head, byte[] messages)
    {
        var delivery = new Delivery();
        byte[] batch = [.. "1;"u8, .. MessageReaderTests.Head(head.First, head.OriginalFirst, head.Epoch, head.Number), .. messages];
        Assert.True(_hub.TryDeliver(new MessageReader(batch), "own.0", isRepaired: true, delivery));
        return delivery.Deliveries;
    }
}
