using System.Net;
using System.Text;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers.WsCluster;

/// <summary>The subprotocol <c>json.webpubsub.azure.v1</c>.</summary>
/// <param name="target">Path and query that clients ask for.</param>
internal sealed class WebPubSubProtocol(string target) : IWireProtocol
{
    private const string Subprotocol = "json.webpubsub.azure.v1";

    public byte[] Heartbeat => ClientFrame.Pong;

    public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group) =>
    [
        .. OpenPublisher(endpoint, group),
        new OpeningStep(
            ClientFrame.Text($$"""{"type":"joinGroup","group":"{{group}}","ackId":1}"""),
            """{"type":"ack","ackId":1,"success":true"""u8.ToArray()),
    ];

    public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) =>
    [
        UpgradeRequest.Step(endpoint, target, Subprotocol),
        new OpeningStep([], "\"event\":\"connected\""u8.ToArray()),
    ];

    public byte[] Message(string group, ReadOnlySpan<byte> payload) => ClientFrame.Text(
        $$"""{"type":"sendToGroup","group":"{{group}}","dataType":"text","data":"{{Encoding.ASCII.GetString(payload)}}"}""");
}
