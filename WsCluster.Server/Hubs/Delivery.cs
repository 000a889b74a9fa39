using System.Runtime.ExceptionServices;
using WsCluster.Server.Clients;

namespace WsCluster.Server.Hubs;

/// <summary>
/// The work of one round of the inbox: used again and again by its one reader, so that a round allocates nothing but frames.
/// </summary>
internal sealed class Delivery
{
    /// <summary>The message at hand.</summary>
    public IncomingMessage Message { get; } = new();

    /// <summary>What goes out, as far as receivers have it in common.</summary>
    public FrameRuns Runs { get; } = new();

    /// <summary>Connections that have something to flush, each once.</summary>
    public List<ClientConnection> Touched { get; } = [];

    /// <summary>Reports that senders on other nodes wait for.</summary>
    public List<Receipt> Receipts { get; } = [];

    public int Messages { get; set; }

    /// <summary>Bytes of the payloads that the round has read.</summary>
    public long Bytes { get; set; }

    public int Deliveries { get; set; }

    public int Undeliverable { get; set; }

    /// <summary>How often messages may have been lost before they came here, and could not be had from a log.</summary>
    public int Gaps { get; set; }

    /// <summary>Messages that policies dropped for slow clients.</summary>
    public int Dropped { get; private set; }

    /// <summary>One write and one system call for each connection, however many messages it got.</summary>
    public void Flush()
    {
        Exception? failure = null;
        foreach (var connection in Touched)
        {
            try
            {
                Dropped += connection.FlushDelivered();
            }
            catch (Exception exception)
            {
                failure ??= exception; // A defect, which must not keep the others' messages back. This client's are not whole any more.
                connection.Outbound.Complete();
                connection.Close(ClientClose.Failed);
            }
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Reset()
    {
        Touched.Clear();
        Runs.Reset();
        Receipts.Clear();
        (Messages, Bytes, Deliveries, Undeliverable, Gaps, Dropped) = (0, 0, 0, 0, 0, 0);
    }
}

/// <summary>Whether a connection was there, for the node that asked.</summary>
internal readonly record struct Receipt(string Inbox, long Number, bool Found);
