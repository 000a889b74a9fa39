using System.Net;
using System.Text;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers.Nats;

/// <summary>The protocol of NATS over WebSocket; a group is a subject.</summary>
internal sealed class NatsProtocol : IWireProtocol
{
    private static readonly byte[] PongLine = "PONG\r\n"u8.ToArray();

    public byte[] Heartbeat { get; } = ClientFrame.Build(ClientFrame.BinaryCode, PongLine);

    public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group) => Open(endpoint, $"SUB {group} 1\r\n");

    public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) => Open(endpoint, "");

    public byte[] Message(string group, ReadOnlySpan<byte> payload) =>
        Command($"PUB {group} {payload.Length}\r\n{Encoding.ASCII.GetString(payload)}\r\n");

    public byte[]? AnswerTo(ReadOnlySpan<byte> bytes) => bytes.IndexOf("PING\r\n"u8) >= 0 ? Heartbeat : null;

    private static OpeningStep[] Open(EndPoint endpoint, string subscription) =>
    [
        UpgradeRequest.Step(endpoint, "/"),
        // The PONG says that the server has seen what stands before the PING. Its neighbours hear of the subscription a little later.
        new OpeningStep(Command($$"""CONNECT {"verbose":false,"pedantic":false,"protocol":1}""" + $"\r\n{subscription}PING\r\n"), PongLine),
    ];

    private static byte[] Command(string text) => ClientFrame.Build(ClientFrame.BinaryCode, Encoding.ASCII.GetBytes(text));
}
