namespace WsCluster.Tests.Kit;

/// <summary>How a WebSocket ended.</summary>
/// <param name="Code">Close code; 1006 when there was no close frame.</param>
/// <param name="Reason">Text of the close frame, or what broke the connection.</param>
public sealed record SocketClosure(int Code, string? Reason)
{
    /// <summary>The code that browsers report for a connection that broke.</summary>
    public const int Abnormal = 1006;
}
