using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>From the inbox to the hub's connections on this node.</summary>
internal sealed partial class Hub
{
    private readonly HubCursor _cursor = new();
    private bool _repairing;

    /// <summary>Everything up to this offset was handled here; 0: nothing is known.</summary>
    public long LastOffset => _cursor.Offset;

    /// <summary>
    /// Puts the messages of a batch on the queues of those they are for. Nothing is flushed and nobody is waited for;
    /// <paramref name="delivery"/> collects whom to flush.
    /// </summary>
    /// <param name="batch">The batch after its hub's name.</param>
    /// <param name="inbox">The inbox that it came through.</param>
    /// <param name="isRepaired">Whether what may be missing before it was read from the log.</param>
    /// <param name="delivery">What the batch costs and touches.</param>
    /// <returns>False, and nothing is done, when something before it may be missing.</returns>
    /// <exception cref="FormatException">The batch is no batch.</exception>
    public bool TryDeliver(MessageReader batch, string inbox, bool isRepaired, Delivery delivery)
    {
        var payload = batch.ReadNumber();
        var head = batch.ReadHead();
        lock (_sync)
        {
            if (!isRepaired && !_cursor.Follows(inbox, payload, head))
            {
                if (_hasLog)
                {
                    return false;
                }

                delivery.Gaps++;
            }

            _cursor.Enter(inbox, payload, head);
            Deliver(head, batch, delivery);
        }

        return true;
    }

    /// <summary>Delivers what is in a page of the hub's log and was not handled before.</summary>
    public void Repair(LogPage page, Delivery delivery)
    {
        lock (_sync)
        {
            if (page.Trimmed > _cursor.Offset)
            {
                delivery.Gaps++;
                foreach (var connection in _connections.Values)
                {
                    if (connection.Session is { TakenAt: > 0 } session && session.TakenAt < page.Trimmed)
                    {
                        TellOfGap(connection, session);
                    }
                }

                _cursor.Advance(page.Trimmed);
            }

            foreach (var entry in page.Entries)
            {
                _repairing = true;
                try
                {
                    Deliver(entry.Head, new MessageReader(entry.Messages), delivery);
                }
                catch (FormatException)
                {
                    delivery.Gaps++; // Of a newer version.
                }
                finally
                {
                    _repairing = false;
                }
            }

            if (!page.HasMore)
            {
                _cursor.Advance(page.Offset);
            }
        }
    }

    private void Deliver(in BatchHead head, MessageReader messages, Delivery delivery)
    {
        if (!_cursor.TryBegin(head))
        {
            return;
        }

        while (!messages.AtEnd)
        {
            var message = delivery.Message;
            message.Read(messages.ReadMessage(), head.First);
            if (!_cursor.TryPass(message.Offset))
            {
                continue;
            }

            switch (message.Kind)
            {
                case TargetKind.Mark:
                    Activate(message);
                    break;
                case TargetKind.Fence:
                    Fence(message);
                    break;
                default:
                    delivery.Messages++;
                    Deliver(message, head.OriginalFirst, delivery);
                    break;
            }
        }
    }

    private void Deliver(IncomingMessage message, long originalFirst, Delivery delivery)
    {
        if (message.Kind == TargetKind.Connection)
        {
            var found = _connections.TryGetValue(message.Target, out var connection);
            if (found)
            {
                Put(connection!, message, originalFirst, delivery);
            }
            else if (!_repairing)
            {
                delivery.Undeliverable++;
            }

            // The log also has what is for other nodes' connections: that they are not here says nothing.
            if (message.Receipt != 0 && (found || !_repairing))
            {
                delivery.Receipts.Add(new Receipt(message.ReceiptInbox!, message.Receipt, found));
            }

            return;
        }

        var setName = message.Kind switch
        {
            TargetKind.Group => InterestSet.Group(message.Target),
            TargetKind.User => InterestSet.User(message.Target),
            _ => InterestSet.Hub,
        };
        if (!_sets.TryGetValue(setName, out var set))
        {
            return; // The last member has just gone.
        }

        foreach (var membership in set.Members)
        {
            // What is sent again was sent first in an earlier epoch: not for who has joined since.
            if (message.Offset > membership.From && (originalFirst <= 0 || membership.From <= _cursor.EpochStart) && !message.Excludes(membership.Connection.Id))
            {
                Put(membership.Connection, message, originalFirst, delivery);
            }
        }
    }

    private void Put(ClientConnection connection, IncomingMessage message, long originalFirst, Delivery delivery)
    {
        if (originalFirst != 0 && CameSince(connection, originalFirst))
        {
            // It was sent first before the client came here. If it came back to a session, nobody knows whether it has got it.
            if (connection.Session is { Generation: > 1 } session)
            {
                TellOfGap(connection, session);
            }

            return;
        }

        delivery.Deliveries++;
        if (connection.Deliver(message, delivery.Runs, _repairing))
        {
            delivery.Touched.Add(connection);
        }
    }

    private static void TellOfGap(ClientConnection connection, ReliableSession session)
    {
        session.HasGap = true;
        connection.Close(ClientClose.MessagesLost);
    }

    /// <summary>
    /// Whether a client came here after a message was sent first: in the epoch that the node is in, in which all came if it has seen no other;
    /// or, if it may have been sent in this epoch only, after that time.
    /// </summary>
    private bool CameSince(ClientConnection connection, long originalFirst) => originalFirst < 0
        ? time.GetElapsedTime(connection.EnteredTime).TotalMilliseconds < -originalFirst
        : _cursor.EpochStart == 0
        || (connection.Session is { } session ? session.TakenAt == 0 || session.TakenAt >= _cursor.EpochStart : connection.EnteredAt >= _cursor.EpochStart);
}
