using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>From the inbox to the hub's connections on this node.</summary>
internal sealed partial class Hub
{
    /// <summary>
    /// Puts the messages of a batch on the queues of those they are for. Nothing is flushed and nobody is waited for;
    /// <paramref name="delivery"/> collects whom to flush.
    /// </summary>
    /// <param name="batch">The batch after its hub's name.</param>
    /// <param name="delivery">What the batch costs and touches.</param>
    /// <exception cref="FormatException">The batch is no batch.</exception>
    public void Deliver(MessageReader batch, Delivery delivery)
    {
        batch.ReadOffset(); // For the log that is to come.
        lock (_sync)
        {
            while (!batch.AtEnd)
            {
                var message = delivery.Message;
                message.Read(batch.ReadMessage());
                if (message.Kind == TargetKind.Mark)
                {
                    Activate(message);
                    continue;
                }

                delivery.Messages++;
                Deliver(message, delivery);
            }
        }
    }

    private void Deliver(IncomingMessage message, Delivery delivery)
    {
        if (message.Kind == TargetKind.Connection)
        {
            var found = _connections.TryGetValue(message.Target, out var connection);
            if (found)
            {
                Put(connection!, message, delivery);
            }
            else
            {
                delivery.Undeliverable++;
            }

            if (message.Receipt != 0)
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
            if (membership.IsActive && !message.Excludes(membership.Connection.Id))
            {
                Put(membership.Connection, message, delivery);
            }
        }
    }

    private static void Put(ClientConnection connection, IncomingMessage message, Delivery delivery)
    {
        delivery.Deliveries++;
        if (connection.Deliver(message, delivery.Runs))
        {
            delivery.Touched.Add(connection);
        }
    }
}
