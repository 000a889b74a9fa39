using System.Net;
using System.Text;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers.SignalR;

/// <summary>SignalR's JSON protocol over a WebSocket, without negotiation.</summary>
internal sealed class SignalRProtocol : IWireProtocol
{
    private const string End = "\u001e";

    public byte[] Heartbeat { get; } = ClientFrame.Text($$"""{"type":6}{{End}}""");

    public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group) =>
    [
        .. OpenPublisher(endpoint, group),
        new OpeningStep(
            ClientFrame.Text($$"""{"type":1,"invocationId":"1","target":"{{nameof(LoadHub.Join)}}","arguments":["{{group}}"]}{{End}}"""),
            """{"type":3,"invocationId":"1","result":null"""u8.ToArray()),
    ];

    public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) =>
    [
        UpgradeRequest.Step(endpoint, SignalRNode.Path),
        new OpeningStep(ClientFrame.Text($$"""{"protocol":"json","version":1}{{End}}"""), Encoding.ASCII.GetBytes("{}" + End)),
    ];

    public byte[] Message(string group, ReadOnlySpan<byte> payload) => ClientFrame.Text(
        $$"""{"type":1,"target":"{{nameof(LoadHub.Send)}}","arguments":["{{group}}","{{Encoding.ASCII.GetString(payload)}}"]}{{End}}""");
}
