using WsCluster.Server.Hubs;
using WsCluster.Server.Telemetry;

namespace WsCluster.Server.Clients.Simple;

/// <summary>A client without subprotocol: frames are the data.</summary>
/// <param name="connection">The client.</param>
/// <param name="group">The group that its messages go to (<c>webpubsub_mode=sendToGroup</c>); null: they are user events.</param>
/// <param name="noEcho">Whether it does not get its own messages.</param>
/// <param name="metrics">Counts.</param>
internal sealed class SimpleSession(ClientConnection connection, string? group, bool noEcho, NodeMetrics metrics) : IClientSession
{
    private readonly RequestLedger _ledger = new(connection);

    public byte[]? FirstFrame => null;

    public byte[]? Farewell(ClientClose close) => null;

    public Task WaitForRoomAsync() => _ledger.WaitForRoomAsync();

    public ClientClose? Receive(ReadOnlySpan<byte> message, bool isText)
    {
        if (group is null)
        {
            return ClientClose.EventFailed("No event handler takes the event 'message'.");
        }

        if (!connection.Permissions.CanSendTo(group))
        {
            return ClientClose.Forbidden($"The client may not send to group '{group}'.");
        }

        var request = new PendingRequest(_ledger, null, message.Length);
        _ledger.TryBegin(request);
        var outgoing = new OutgoingMessage
        {
            Kind = TargetKind.Group,
            Target = group,
            DataType = isText ? DataType.Text : DataType.Binary,
            Data = message,
            Size = message.Length,
            FromUserId = connection.UserId,
            FromConnectionId = connection.Id,
            Excluded = noEcho ? [connection.Id] : [],
        };
        if (!connection.Hub.Pipeline.TrySend(outgoing, request))
        {
            metrics.Rejected();
            request.Complete(SendOutcome.Busy);
        }

        return null;
    }
}
