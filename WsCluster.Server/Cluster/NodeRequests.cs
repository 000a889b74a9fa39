using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Cluster;

/// <summary>
/// Requests from node to node. They travel through the inboxes like messages, with a number that the answer repeats and a deadline
/// that the heartbeat watches. Form: <c>2 · number (i64) · inbox for the answer · kind (<see cref="NodeRequestKind"/>) · what the kind
/// takes (strings)</c>, answered by <c>3 · number (i64) · no or yes (0 or 1)</c>.
/// </summary>
internal sealed class NodeRequests(
    IConnectionMultiplexer connection,
    ClusterKeys keys,
    NodeIdentity node,
    ClusterView view,
    IEnumerable<INodeRequestHandler> handlers,
    NodeOptions options,
    TimeProvider time)
{
    private readonly Dictionary<NodeRequestKind, INodeRequestHandler> _handlers = handlers.ToDictionary(handler => handler.Kind);
    private readonly ConcurrentDictionary<long, Pending> _pending = new();
    private long _lastNumber;

    /// <summary>The inbox of the node that a connection id names; false if it can be no connection id.</summary>
    /// <remarks>
    /// A node that this one has not seen yet may have come in since the last heartbeat, and is in its first generation then. If it does
    /// not exist, nobody takes what is published there, and that is the answer.
    /// </remarks>
    public bool TryFindInbox(string connectionId, [NotNullWhen(true)] out string? inbox)
    {
        var nodeId = NodeIdentity.NodeOf(connectionId);
        inbox = nodeId is null ? null
            : nodeId == node.NodeId ? node.Inbox
            : view.Current.Find(nodeId)?.Inbox ?? NodeRecord.InboxName(nodeId, 0);
        return inbox is not null;
    }

    /// <summary>Enters what waits for an answer, and returns its number.</summary>
    public long Expect(INodeReply reply)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        _pending[number] = new Pending(reply, time.GetTimestamp());
        return number;
    }

    /// <summary>Asks something of another node.</summary>
    /// <param name="inbox">Its inbox.</param>
    /// <param name="kind">What is asked.</param>
    /// <param name="arguments">What the kind takes.</param>
    /// <exception cref="RedisException">Redis did not take the request.</exception>
    public async Task<NodeReply> AskAsync(string inbox, NodeRequestKind kind, params string[] arguments)
    {
        var reply = new ReplyAwaiter();
        var number = Expect(reply);
        var payload = new ArrayBufferWriter<byte>();
        MessageFormat.WriteByte(payload, MessageFormat.RequestKind);
        MessageFormat.WriteInt64(payload, number);
        MessageFormat.WriteString(payload, node.Inbox);
        MessageFormat.WriteByte(payload, (byte)kind);
        foreach (var argument in arguments)
        {
            MessageFormat.WriteString(payload, argument);
        }

        if (await connection.GetSubscriber().PublishAsync(keys.Inbox(inbox), payload.WrittenMemory) == 0)
        {
            _pending.TryRemove(number, out _);
            return NodeReply.Absent;
        }

        return await reply.Task;
    }

    /// <summary>Answers another node's request.</summary>
    /// <exception cref="FormatException">It is none, or another version's.</exception>
    public void OnRequest(MessageReader request)
    {
        var number = request.ReadInt64();
        var inbox = request.ReadString()!;
        var kind = (NodeRequestKind)request.ReadByte();
        var handler = _handlers.GetValueOrDefault(kind) ?? throw new FormatException($"Unknown request {kind}.");
        Answer(new Receipt(inbox, number, handler.Handle(ref request)));
    }

    /// <summary>Tells another node what it waits for.</summary>
    public void Answer(Receipt receipt)
    {
        var payload = new ArrayBufferWriter<byte>(16);
        MessageFormat.WriteByte(payload, MessageFormat.ReplyKind);
        MessageFormat.WriteInt64(payload, receipt.Number);
        MessageFormat.WriteByte(payload, receipt.Found ? (byte)1 : (byte)0);

        // Whoever asked has a deadline, so nobody needs to know when this fails.
        _ = connection.GetSubscriber().PublishAsync(keys.Inbox(receipt.Inbox), payload.WrittenMemory, CommandFlags.FireAndForget);
    }

    public void OnReply(MessageReader reply)
    {
        var number = reply.ReadInt64();
        var found = reply.ReadByte() == 1;
        if (_pending.TryRemove(number, out var pending))
        {
            pending.Reply.Replied(found);
        }
    }

    /// <summary>Ends what has waited too long. Called once a heartbeat.</summary>
    public void Sweep()
    {
        foreach (var (number, pending) in _pending)
        {
            if (time.GetElapsedTime(pending.Since) > options.NodeRequestTimeout && _pending.TryRemove(number, out _))
            {
                pending.Reply.TimedOut();
            }
        }
    }

    private sealed record Pending(INodeReply Reply, long Since);

    private sealed class ReplyAwaiter : INodeReply
    {
        private readonly TaskCompletionSource<NodeReply> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<NodeReply> Task => _source.Task;

        public void Replied(bool found) => _source.SetResult(found ? NodeReply.Yes : NodeReply.No);

        public void TimedOut() => _source.SetResult(NodeReply.Late);
    }
}
