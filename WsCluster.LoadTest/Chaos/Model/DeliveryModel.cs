namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>
/// What clients were told and what they saw, and what they should have seen. It knows nothing of sockets and clocks: every call says
/// when it was. Not thread-safe.
/// </summary>
internal sealed class DeliveryModel
{
    private readonly List<ClientRecord> _clients = [];
    private readonly Dictionary<Target, List<ClientSession>> _receivers = [];
    private readonly List<Offence> _strays = [];

    // What was sent in the round before may still come, though it should not.
    private Dictionary<int, SentMessage> _before = [];
    private Dictionary<int, SentMessage> _messages = [];
    private int _lastId;

    /// <summary>The messages of this round.</summary>
    public IReadOnlyCollection<SentMessage> Messages => _messages.Values;

    public IReadOnlyList<ClientRecord> Clients => _clients;

    public ClientRecord AddClient(string name, string userId, IEnumerable<string> groups)
    {
        var client = new ClientRecord(name, userId, groups);
        _clients.Add(client);
        return client;
    }

    /// <summary>Forgets the messages before the last round; sessions go on.</summary>
    public void BeginRound()
    {
        (_before, _messages) = (_messages, []);
        _strays.Clear();
        foreach (var client in _clients)
        {
            client.ForgetArrivals();
        }

        foreach (var sessions in _receivers.Values)
        {
            sessions.RemoveAll(session => session.EndedAt is not null);
        }
    }

    /// <summary>A client has a new connection id.</summary>
    public void SessionOpened(ClientRecord client, string connectionId, TimeSpan at)
    {
        client.Owns(connectionId);
        var session = client.OpenSession(at);
        Add(session, Target.Connection(connectionId), at);
        Add(session, Target.User(client.UserId), at);
    }

    /// <summary>A client was told that it is in a group.</summary>
    public void Joined(ClientRecord client, string group, TimeSpan at)
    {
        if (client.Session is { } session)
        {
            Add(session, Target.Group(group), at);
        }
    }

    /// <summary>A client was told that its session is over, or gave up.</summary>
    public void SessionEnded(ClientRecord client, TimeSpan at)
    {
        client.Session?.Ended(at);
        client.EndSession();
    }

    /// <summary>A message is about to be sent for the first time.</summary>
    public SentMessage Sent(ClientRecord sender, Target target, TimeSpan at)
    {
        var message = new SentMessage(++_lastId, sender, target, sender.NextSequence(target), at);
        _messages.Add(message.Id, message);
        return message;
    }

    /// <summary>A client's application was handed a message.</summary>
    public void Received(ClientRecord client, int messageId, long sequenceId, TimeSpan at)
    {
        client.Session?.Received(sequenceId, at);
        if (_messages.TryGetValue(messageId, out var message))
        {
            client.Received(message);
        }
        else if (_before.TryGetValue(messageId, out message))
        {
            // It was complete when its round ended, so to this client it comes again, or it was given up, and comes late.
            if (message.CountReceipts(client) > 0)
            {
                _strays.Add(new Offence(OffenceKind.Repeated, message, client));
            }
        }
        else
        {
            message = new SentMessage(messageId, client, default, 0, at);
            _strays.Add(new Offence(OffenceKind.Misdirected, message, client));
        }

        message.Received(new Receipt(client, at, sequenceId));
    }

    /// <summary>Whether a message of this round was sent first at a time or later.</summary>
    public bool IsSentSince(int messageId, TimeSpan at) => _messages.TryGetValue(messageId, out var message) && message.SentAt >= at;

    /// <summary>How many deliveries are still to come.</summary>
    public int CountMissing() => Lost().Count();

    /// <summary>Everything that is wrong, once nothing more is to come.</summary>
    public IReadOnlyList<Offence> Check() => [.. Lost(), .. Repeated(), .. Reordered(), .. Misdirected(), .. _strays];

    /// <summary>The clients that had to see a message.</summary>
    public IEnumerable<ClientRecord> ReceiversOf(SentMessage message) => _receivers.TryGetValue(message.Target, out var sessions)
        ? sessions.Where(session => session.MustSee(message)).Select(session => session.Client).Distinct()
        : [];

    private void Add(ClientSession session, Target target, TimeSpan at)
    {
        session.Add(target, at);
        if (!_receivers.TryGetValue(target, out var sessions))
        {
            _receivers.Add(target, sessions = []);
        }

        if (!sessions.Contains(session))
        {
            sessions.Add(session);
        }
    }

    private IEnumerable<Offence> Lost() =>
        from message in _messages.Values
        where message.State == MessageState.Acked
        from client in ReceiversOf(message)
        where message.CountReceipts(client) == 0
        select new Offence(OffenceKind.Lost, message, client);

    private IEnumerable<Offence> Repeated() =>
        from message in _messages.Values
        from receipts in message.Receipts.GroupBy(receipt => receipt.Client)
        from receipt in receipts.Skip(1)
        select new Offence(OffenceKind.Repeated, message, receipt.Client);

    private IEnumerable<Offence> Reordered()
    {
        foreach (var client in _clients)
        {
            var last = new Dictionary<(ClientRecord Sender, Target Target), long>();
            foreach (var message in client.Arrivals)
            {
                // What was refused and sent again comes when it is taken, and so may what nobody waited for.
                if (message.WasRefused || message.State == MessageState.Uncertain)
                {
                    continue;
                }

                var line = (message.Sender, message.Target);
                var latest = last.GetValueOrDefault(line);
                if (message.Sequence < latest && message.CountReceipts(client) == 1)
                {
                    yield return new Offence(OffenceKind.Reordered, message, client);
                }

                last[line] = Math.Max(latest, message.Sequence);
            }
        }
    }

    private IEnumerable<Offence> Misdirected() =>
        from message in _messages.Values
        from receipt in message.Receipts
        where !receipt.Client.IsMeantBy(message.Target)
        select new Offence(OffenceKind.Misdirected, message, receipt.Client);
}
