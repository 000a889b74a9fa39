using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Security;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>
/// What Redis has lost, or may have, comes again in the next epoch. A client that has come to the node since may have got it elsewhere.
/// </summary>
public sealed class RepeatedDeliveryTests
{
    private const long Epoch = 2;

    private readonly Hub _hub = ScriptedRedis.NewDirectory().Hold("chat");
    private int _batches;

    [Theory]
    [InlineData(0)] // New.
    [InlineData(100)]
    [InlineData(-1)] // It may have been sent before; nobody knows.
    public async Task Who_was_there_before_gets_it(long originalFirst)
    {
        var connection = await EnterAsync(session: Session(takenAt: 50, generation: 2));
        BeginEpoch();

        Assert.Equal(1, Deliver(originalFirst));
        Assert.False(connection.Closing.IsCompleted);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(100, false)]
    [InlineData(-1, true)]
    public async Task Who_is_new_gets_it_if_it_may_be_new(long originalFirst, bool gets)
    {
        BeginEpoch();
        var connections = new[] { await EnterAsync(session: null), await EnterAsync(Session(takenAt: 1500, generation: 1)) };

        Assert.Equal(gets ? connections.Length : 0, Deliver(originalFirst));
        Assert.All(connections, connection => Assert.False(connection.Closing.IsCompleted));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, true)]
    [InlineData(-1, true)]
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

    private static ReliableSession Session(long takenAt, long generation) => new("token", generation, takenAt, new NodeOptions()) { TakenAt = takenAt };

    private async Task<ClientConnection> EnterAsync(ReliableSession? session)
    {
        var identity = new ClientIdentity(null, new Permissions([]), []);
        var connection = new ClientConnection(new NodeIdentity().NewConnectionId(), _hub, identity, ClientEncoding.Json, new NodeOptions()) { Session = session };
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
