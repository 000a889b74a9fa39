using WsCluster.Server.Hubs;
using WsCluster.Server.Security;

namespace WsCluster.Server.Clients;

/// <summary>How a client wants its messages.</summary>
internal enum ClientEncoding
{
    /// <summary>No subprotocol: the data alone.</summary>
    Simple,

    /// <summary><c>json.webpubsub.azure.v1</c>.</summary>
    Json,

    /// <summary><c>json.reliable.webpubsub.azure.v1</c>.</summary>
    ReliableJson,
}

/// <summary>One client. Memberships are guarded by the lock of its hub.</summary>
internal sealed class ClientConnection(
    string id,
    Hub hub,
    ClientIdentity identity,
    ClientEncoding encoding,
    NodeOptions options,
    SlowClientPolicy slowClients = SlowClientPolicy.Disconnect)
{
    private readonly TaskCompletionSource<ClientClose> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _touched;
    private volatile bool _heldBack;

    /// <summary>The id; ends in the id of the node that it was connected to first.</summary>
    public string Id { get; } = id;

    public Hub Hub { get; } = hub;

    /// <summary>The user, null for an anonymous client.</summary>
    public string? UserId { get; } = identity.UserId;

    public Permissions Permissions { get; } = identity.Permissions;

    public ClientEncoding Encoding { get; } = encoding;

    /// <summary>Whether permessage-deflate was agreed on.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>The session of a reliable client; null if it has none.</summary>
    public ReliableSession? Session { get; init; }

    /// <summary>The hub's offset when it came to this node.</summary>
    public long EnteredAt { get; set; }

    /// <summary>When that was, by the hub's clock.</summary>
    public long EnteredTime { get; set; }

    /// <summary>Whether the client has closed in order.</summary>
    public bool ClosedByClient { get; set; }

    /// <summary>Whether the session is over when the connection is.</summary>
    public bool EndsSession =>
        ClosedByClient || Session is { TakenAt: 0 } || (Closing.IsCompletedSuccessfully && !Closing.Result.KeepsSession);

    /// <summary>
    /// What waits for the client. For a reliable one the bound is that of what it may leave without acknowledgement, and nothing is dropped.
    /// </summary>
    public OutboundQueue Outbound { get; } = encoding == ClientEncoding.ReliableJson
        ? new(options.MaxOutboundBytes + (2 * options.MaxUnackedBytes))
        : new(options.MaxOutboundBytes, slowClients);

    /// <summary>Whether the node does not read from the client for now, since it has too much under way.</summary>
    public bool IsHeldBack
    {
        get => _heldBack;
        set => _heldBack = value;
    }

    public Membership? HubMembership { get; set; }

    public Membership? UserMembership { get; set; }

    /// <summary>Groups it is in.</summary>
    public Dictionary<string, Membership> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Completes when the node decides to close the connection.</summary>
    public Task<ClientClose> Closing => _closing.Task;

    /// <summary>The form in which it gets messages.</summary>
    public FrameKind Kind => Encoding switch
    {
        ClientEncoding.Simple => IsCompressed ? FrameKind.CompressedRaw : FrameKind.Raw,
        ClientEncoding.Json => IsCompressed ? FrameKind.CompressedJson : FrameKind.Json,
        _ => IsCompressed ? FrameKind.CompressedReliableJson : FrameKind.ReliableJson,
    };

    /// <summary>Delivers a message, which goes out at the end of the round. Called by the inbox's reader alone.</summary>
    /// <param name="message">The message.</param>
    /// <param name="runs">The round's runs.</param>
    /// <param name="isRepair">Whether it comes late, from the log, with all others that the node has missed: no fault of the client's.</param>
    /// <returns>Whether it is the first of the round: the reader has to call <see cref="FlushDelivered"/> at its end.</returns>
    public bool Deliver(IncomingMessage message, FrameRuns runs, bool isRepair = false)
    {
        var kind = Kind;
        var frame = message.Frame(kind);
        if (Session is { } session && !Admit(session, message.Offset, frame, isRepair))
        {
            return false;
        }

        Outbound.Deliver(frame, new MessageTopic(message.Kind, message.Target), runs.Start(kind));
        var first = !_touched;
        _touched = true;
        return first;
    }

    /// <summary>Whether a message goes out now.</summary>
    private bool Admit(ReliableSession session, long offset, byte[] frame, bool isRepair)
    {
        if (session.IsLost || session.HasGap || session.Has(offset))
        {
            return false;
        }

        var isLive = session.IsLive;
        if (isLive && isRepair)
        {
            session.Replay(offset);
            return true;
        }

        if (isLive)
        {
            session.Deliver(offset, frame.Length);
        }
        else if (!session.TryHold(offset, frame))
        {
            Close(ClientClose.Unacknowledged);
        }

        return isLive;
    }

    /// <summary>Flushes what was delivered. A client with too much waiting is closed.</summary>
    /// <returns>Messages that the hub's policy has dropped meanwhile.</returns>
    public int FlushDelivered()
    {
        _touched = false;
        if (!Outbound.TryFlushDelivered(out var dropped))
        {
            Close(ClientClose.SlowClient);
        }

        return dropped;
    }

    /// <summary>Enqueues a frame without flushing it. A client with too much waiting is closed.</summary>
    public void Send(byte[] frame)
    {
        if (!Outbound.Enqueue(frame))
        {
            Close(ClientClose.SlowClient);
        }
    }

    /// <summary>Closes the connection and returns at once; false if it is being closed already, for the first reason given.</summary>
    public bool Close(ClientClose close) => _closing.TrySetResult(close);
}
