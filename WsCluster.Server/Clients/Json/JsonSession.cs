using System.Buffers;
using System.Globalization;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Telemetry;

namespace WsCluster.Server.Clients.Json;

/// <summary>A client of <c>json.webpubsub.azure.v1</c> or <c>json.reliable.webpubsub.azure.v1</c>.</summary>
internal sealed class JsonSession(
    ClientConnection connection, NodeRequests nodes, NodeIdentity node, NodeOptions options, NodeMetrics metrics) : IClientSession
{
    private readonly RequestLedger _ledger = new(connection);

    public byte[] FirstFrame => JsonFrames.Connected(connection.Id, connection.UserId, connection.Session?.Token);

    public byte[] Farewell(ClientClose close) => JsonFrames.Disconnected(close.Reason);

    public Task WaitForRoomAsync() => _ledger.WaitForRoomAsync();

    public ClientClose? Receive(ReadOnlySpan<byte> message, bool isText)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(message.Length);
        try
        {
            if (!JsonRequestParser.TryParse(message, isText, scratch, out var request, out var error))
            {
                return ClientClose.Malformed(error!);
            }

            request.Size = message.Length;
            Handle(request);
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private void Handle(in JsonRequest request)
    {
        switch (request.Type)
        {
            case JsonRequestType.SendToGroup when request.StreamId is not null:
                _ledger.Reply(JsonFrames.StreamClosed(request.StreamId, ErrorName.BadRequest, "Streams are not supported."));
                break;
            case JsonRequestType.SendToGroup:
                SendToGroup(request);
                break;
            case JsonRequestType.SendToUser:
                SendToUser(request);
                break;
            case JsonRequestType.SendToConnection:
                SendToConnection(request);
                break;
            case JsonRequestType.Broadcast:
                Broadcast(request);
                break;
            case JsonRequestType.JoinGroup:
                JoinGroup(request);
                break;
            case JsonRequestType.LeaveGroup:
                LeaveGroup(request);
                break;
            case JsonRequestType.Event:
                Refuse(request, new SendOutcome(ErrorName.InternalServerError, $"No event handler takes the event '{request.Event}'."));
                break;
            case JsonRequestType.Ping:
                _ledger.Reply(JsonFrames.Pong);
                break;
            case JsonRequestType.Invoke:
                _ledger.Reply(JsonFrames.InvocationFailed(request.InvocationId!, ErrorName.NotFound, "No event handler takes invocations."));
                break;
            case JsonRequestType.StreamData or JsonRequestType.StreamEnd:
                _ledger.Reply(JsonFrames.StreamClosed(request.StreamId!, "StreamNotFound", "There is no such stream."));
                break;
            case JsonRequestType.SetGroupState or JsonRequestType.SubscribeGroupState or JsonRequestType.UnsubscribeGroupState:
                Refuse(request, new SendOutcome(ErrorName.BadRequest, "Group state is not supported."));
                break;
            case JsonRequestType.SequenceAck:
                connection.Session?.Acknowledge((long)Math.Min(request.SequenceId, long.MaxValue));
                break;
            case JsonRequestType.CancelInvocation:
                break; // It has no answer, and here nothing to say.
        }
    }

    private void JoinGroup(in JsonRequest request)
    {
        if (!connection.Permissions.CanJoinOrLeave(request.Group!))
        {
            Refuse(request, Forbidden($"The client may not join group '{request.Group}'."));
        }
        else if (connection.Groups.Count >= options.MaxGroupsPerConnection)
        {
            Refuse(request, new SendOutcome(ErrorName.BadRequest, $"A client may be in {options.MaxGroupsPerConnection} groups at most."));
        }
        else if (Begin(request) is { } pending)
        {
            connection.Hub.Join(connection, request.Group!, pending);
        }
    }

    private void LeaveGroup(in JsonRequest request)
    {
        if (!connection.Permissions.CanJoinOrLeave(request.Group!))
        {
            Refuse(request, Forbidden($"The client may not leave group '{request.Group}'."));
        }
        else if (Begin(request) is { } pending)
        {
            connection.Hub.Leave(connection, request.Group!, pending);
        }
    }

    private void SendToGroup(in JsonRequest request)
    {
        if (!connection.Permissions.CanSendTo(request.Group!))
        {
            Refuse(request, Forbidden($"The client may not send to group '{request.Group}'."));
        }
        else if (Begin(request) is { } pending)
        {
            Send(request, pending, TargetKind.Group, request.Group!);
        }
    }

    private void SendToUser(in JsonRequest request)
    {
        if (!connection.Permissions.CanSendToUsers)
        {
            Refuse(request, Forbidden("The client may not send to users."));
        }
        else if (Begin(request, notFound: $"User '{request.UserId}' has no connection.") is { } pending)
        {
            Send(request, pending, TargetKind.User, request.UserId!);
        }
    }

    private void Broadcast(in JsonRequest request)
    {
        if (!connection.Permissions.CanBroadcast)
        {
            Refuse(request, Forbidden("The client may not broadcast."));
        }
        else if (Begin(request) is { } pending)
        {
            Send(request, pending, TargetKind.Hub, string.Empty);
        }
    }

    private void SendToConnection(in JsonRequest request)
    {
        var id = request.ConnectionId!;
        var notFound = $"There is no connection '{id}'.";
        if (!connection.Permissions.CanSendToConnections)
        {
            Refuse(request, Forbidden("The client may not send to connections."));
        }
        else if (!nodes.TryFindInbox(id, out var inbox))
        {
            Refuse(request, SendOutcome.NotFound(notFound));
        }
        else if (connection.Hub.TryGetConnection(id, out var local))
        {
            if (Begin(request, notFound) is { } known)
            {
                Send(request, known, TargetKind.Connection, local.Id, node.Inbox);
            }
        }
        else if (Begin(request, notFound, awaitsReceipt: request.AckId is not null) is { } pending)
        {
            // Only the other node knows whether it has the connection, so its word is the answer, unless there is a session.
            var receipt = request.AckId is null ? 0 : nodes.Expect(new ConnectionReceipt(pending, Forget(DedupOf(request))));
            Send(request, pending, TargetKind.Connection, id, inbox, receipt);
        }
    }

    private void Send(
        in JsonRequest request, PendingRequest pending, TargetKind kind, string target, string? inbox = null, long receipt = 0)
    {
        var dedup = DedupOf(request);
        var excluded = request.Excluded ?? [];
        var message = new OutgoingMessage
        {
            Kind = kind,
            Target = target,
            DataType = request.DataType,
            Data = request.Data,
            Size = request.Size,
            FromUserId = connection.UserId,
            FromConnectionId = connection.Id,
            Excluded = request.NoEcho ? [.. excluded, connection.Id] : excluded,
            Inbox = inbox,
            Receipt = receipt,
            DedupKey = dedup.Key,
            DedupMember = dedup.Member,
        };
        if (!connection.Hub.Pipeline.TrySend(message, pending))
        {
            metrics.Rejected();
            End(pending, SendOutcome.Busy);
        }
    }

    /// <summary>
    /// What makes sure that a message is taken once. The client of a session may repeat on another node what this one has sent, so its
    /// ackIds are remembered in Redis, too.
    /// </summary>
    private (string? Key, string? Member) DedupOf(in JsonRequest request) =>
        request.IdempotencyKey is { } key ? (SessionKey.IdempotencyKeys, key)
        : request.AckId is { } id && connection.Session is not null ? (SessionKey.AckIds(connection.Id), id.ToString(CultureInfo.InvariantCulture))
        : (null, null);

    private Action? Forget((string? Key, string? Member) dedup) => dedup.Key is null
        ? null
        : () => connection.Hub.Pipeline.Add(dedup, static (batch, forget) =>
            batch.Add("z", batch.Key(forget.Key!), UnheededCompletion.Instance, forget.Member));

    /// <summary>Enters the request; null when it must not be executed, because it repeats one that was.</summary>
    private PendingRequest? Begin(in JsonRequest request, string? notFound = null, bool awaitsReceipt = false)
    {
        var pending = new PendingRequest(_ledger, request.AckId, request.Size)
        {
            NotFoundMessage = notFound,
            AwaitsReceipt = awaitsReceipt,
        };
        if (_ledger.TryBegin(pending))
        {
            return pending;
        }

        _ledger.Flush();
        return null;
    }

    private void Refuse(in JsonRequest request, SendOutcome outcome)
    {
        if (request.AckId is not null && Begin(request) is { } pending)
        {
            End(pending, outcome);
        }
    }

    private void End(PendingRequest pending, SendOutcome outcome)
    {
        pending.Complete(outcome);
        _ledger.Flush();
    }

    private static SendOutcome Forbidden(string message) => new(ErrorName.Forbidden, message);
}
