using System.Net;
using System.Text;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers.SocketIo;

/// <summary>Socket.IO's protocol 5 over Engine.IO's protocol 4, over a WebSocket from the start.</summary>
internal sealed class SocketIoProtocol : IWireProtocol
{
    private const string Target = "/socket.io/?EIO=4&transport=websocket";

    /// <summary>A text frame with Engine.IO's ping, as a server sends it.</summary>
    private static readonly byte[] Ping = [ClientFrame.TextCode, 1, (byte)'2'];

    /// <summary>Engine.IO's pong: sent before the server asks for it, it postpones the ping.</summary>
    public byte[] Heartbeat { get; } = ClientFrame.Text("3");

    public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group) =>
    [
        .. OpenPublisher(endpoint, group),
        new OpeningStep(ClientFrame.Text($$"""420["join","{{group}}"]"""), "430[]"u8.ToArray()),
    ];

    public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) =>
    [
        UpgradeRequest.Step(endpoint, Target),
        new OpeningStep(ClientFrame.Text("40"), "40{\"sid\":"u8.ToArray()),
    ];

    public byte[] Message(string group, ReadOnlySpan<byte> payload) =>
        ClientFrame.Text($$"""42["send","{{group}}","{{Encoding.ASCII.GetString(payload)}}"]""");

    public byte[]? AnswerTo(ReadOnlySpan<byte> bytes) => bytes.IndexOf(Ping) >= 0 ? Heartbeat : null;
}
