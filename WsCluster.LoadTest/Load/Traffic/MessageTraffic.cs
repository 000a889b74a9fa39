using System.Net;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>The clients of a run, and the check of everything that they get.</summary>
internal sealed class MessageTraffic : IMarkerSink
{
    /// <summary>How long nothing may come before what is missing counts as lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Propagation = TimeSpan.FromMilliseconds(500);

    private readonly EventLoop _loop;
    private readonly IPeer _peer;
    private readonly SequenceLedger _ledger = new();
    private readonly Dictionary<int, MessageFiller> _fillers = [];
    private readonly List<Publisher> _publishers = [];
    private readonly List<Subscriber> _subscribers = [];
    private readonly List<ClientConnection> _connections = [];
    private long _misdirected;
    private int _disconnected;
    private string? _firstDisconnect;

    public MessageTraffic(EventLoop loop, IPeer peer)
    {
        _loop = loop;
        _peer = peer;
        new Heartbeats(loop, _connections).Start();
    }

    /// <summary>Hears of every right delivery.</summary>
    public IDeliveryObserver? Observer { get; set; }

    /// <summary>Latencies of the messages that were (to be) sent while a measurement ran, however late they come.</summary>
    public LatencyRecorder Latency { get; } = new();

    /// <summary>Messages that reached a member of their group for the first time.</summary>
    public long Deliveries { get; private set; }

    public IReadOnlyList<Publisher> Publishers => _publishers;

    /// <summary>Adds a connection that sends; it still has to be opened.</summary>
    public ClientConnection AddPublishingConnection(int node, string group)
    {
        var endpoint = Endpoint(node);
        return Add(new ClientConnection(_loop, endpoint, _peer.Protocol.OpenPublisher(endpoint, group), _peer.Protocol));
    }

    /// <summary>Adds a stream of messages into a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="connection">Where it sends.</param>
    /// <param name="size">Bytes of a message's data.</param>
    /// <param name="lane">Index among the publishers of the group.</param>
    public Publisher AddPublisher(Group group, ClientConnection connection, int size, int lane = 0)
    {
        var filler = Filler(size - Marker.Length);
        var payload = new byte[size];
        new Marker(0, 0, 0).Write(payload);
        filler.Of(0).CopyTo(payload.AsSpan(Marker.Length));
        var publisher = new Publisher(_publishers.Count, group, connection, _peer.Protocol.Message(group.Name, payload), filler, lane);
        _publishers.Add(publisher);
        return publisher;
    }

    /// <summary>Adds a member of a group; it still has to be opened.</summary>
    public Subscriber AddSubscriber(Group group, int node)
    {
        var lines = _ledger.AddLines(group.Lanes);
        var subscriber = Add(Subscriber.Create(_loop, Endpoint(node), _peer.Protocol, group, lines, this));
        _subscribers.Add(subscriber);
        group.AddMember();
        return subscriber;
    }

    /// <summary>Opens what was added, and waits until it is known everywhere.</summary>
    public void Open()
    {
        OpenAtOnce(ConnectionOpener.DefaultConcurrency, progress: null);

        // Some peers (nats-server) confirm a subscription before their other nodes have heard of it.
        _loop.RunFor(Propagation);
    }

    /// <summary>Opens what was added.</summary>
    /// <param name="concurrency">How many at a time.</param>
    /// <param name="progress">Told after each how many are open.</param>
    /// <exception cref="ConnectionFailedException">They can't be opened.</exception>
    public void OpenAtOnce(int concurrency, Action<int>? progress)
    {
        ConnectionLimits.Require(_connections, proxied: _peer.Processes.Any(process => process.Role == ProcessRole.Proxy));
        new ConnectionOpener(_loop).Open([.. _connections.Where(connection => !connection.IsOpen)], concurrency, progress);
    }

    /// <summary>Who sent a message into a group; null if nobody did.</summary>
    public Publisher? PublisherOf(in Marker marker, Group group) =>
        marker.Publisher < _publishers.Count && _publishers[marker.Publisher] is var publisher
            && publisher.Group == group && marker.Sequence < publisher.Sent
            ? publisher
            : null;

    public void Found(Subscriber subscriber, in Marker marker, long now)
    {
        if (PublisherOf(marker, subscriber.Group) is not { } publisher)
        {
            _misdirected++;
            return;
        }

        if (_ledger.Observe(subscriber.FirstLine + publisher.Lane, marker.Sequence))
        {
            Deliveries++;
            Latency.Record(marker.Time, now);
            Observer?.Delivered(publisher, marker, now);
        }
    }

    /// <summary>Waits until everything that was sent has come, or nothing more comes.</summary>
    public void Drain()
    {
        long before;
        do
        {
            before = Deliveries;
        }
        while (!_loop.Run(() => Deliveries >= Expected(), Patience) && Deliveries > before);

        // Asked anew every time: the last messages may call for answers.
        long Expected() => _publishers.Sum(publisher => (long)publisher.Sent * publisher.Group.Size);
    }

    /// <summary>What was wrong until now; after <see cref="Drain"/> what has not come is lost.</summary>
    public Integrity Check()
    {
        var lost = 0L;
        foreach (var subscriber in _subscribers)
        {
            foreach (var publisher in subscriber.Group.Publishers)
            {
                lost += _ledger.Missing(subscriber.FirstLine + publisher.Lane, publisher.Sent);
            }
        }

        return new Integrity(lost, _ledger.Repeated, _ledger.Reordered, _misdirected, _disconnected) { FirstDisconnect = _firstDisconnect };
    }

    /// <summary>Closes everything.</summary>
    public void Close()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    /// <summary>All publishers of a size share one.</summary>
    private MessageFiller Filler(int length)
    {
        if (!_fillers.TryGetValue(length, out var filler))
        {
            _fillers[length] = filler = new MessageFiller(length);
        }

        return filler;
    }

    private EndPoint Endpoint(int node) => _peer.Endpoints[node % _peer.Endpoints.Count];

    private T Add<T>(T connection)
        where T : ClientConnection
    {
        connection.Ended = ended =>
        {
            _disconnected++;
            _firstDisconnect ??= ended.Failure;
        };
        _connections.Add(connection);
        return connection;
    }
}
