namespace WsCluster.Server.Clients;

/// <summary>A client that is upgraded only to be told by a close code that it cannot come in.</summary>
internal sealed class RefusedSession : IClientSession
{
    public byte[]? FirstFrame => null;

    public byte[]? Farewell(ClientClose close) => null;

    public ClientClose? Receive(ReadOnlySpan<byte> message, bool isText) => null;

    public Task WaitForRoomAsync() => Task.CompletedTask;
}
