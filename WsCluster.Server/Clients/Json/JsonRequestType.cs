namespace WsCluster.Server.Clients.Json;

/// <summary>Requests of the JSON subprotocol; the last three are WsCluster's own.</summary>
internal enum JsonRequestType
{
    JoinGroup,
    LeaveGroup,
    SendToGroup,
    Event,
    Ping,
    SequenceAck,
    Invoke,
    CancelInvocation,
    StreamData,
    StreamEnd,
    SetGroupState,
    SubscribeGroupState,
    UnsubscribeGroupState,
    SendToConnection,
    SendToUser,
    Broadcast,
}
