namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>One step of opening a connection: what is sent, and bytes that must come back before the next step.</summary>
/// <param name="Send">Bytes to send; may be empty.</param>
/// <param name="Expect">Bytes that the answer contains when the server has done its part.</param>
internal sealed record OpeningStep(byte[] Send, byte[] Expect)
{
    /// <summary>ASCII that the answer has to contain before those bytes; without it the connection is of no use.</summary>
    public string? Required { get; init; }
}
