using System.Net;
using System.Text;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers.WsCluster;

/// <summary>The subprotocol <c>json.webpubsub.azure.v1</c>, or its reliable sibling.</summary>
/// <param name="target">Path and query that clients ask for.</param>
/// <param name="compressed">Whether they insist on permessage-deflate. What they send themselves is not compressed, which it allows.</param>
/// <param name="reliable">Whether subscribers speak the reliable subprotocol.</param>
internal sealed class WebPubSubProtocol(string target, bool compressed = false, bool reliable = false) : IWireProtocol
{
    private const string Subprotocol = "json.webpubsub.azure.v1";
    private const string ReliableSubprotocol = "json.reliable.webpubsub.azure.v1";

    public bool IsReliable => reliable;

    public byte[] Heartbeat => ClientFrame.Pong;

    public MessageInflater? Inflater { get; } = compressed ? new MessageInflater() : null;

    public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group) =>
    [
        .. Open(endpoint, reliable ? ReliableSubprotocol : Subprotocol),
        // To the end of that frame: what compressed messages are read from has to begin with a frame.
        new OpeningStep(
            ClientFrame.Text($$"""{"type":"joinGroup","group":"{{group}}","ackId":1}"""),
            """{"type":"ack","ackId":1,"success":true}"""u8.ToArray()),
    ];

    public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) => [.. Open(endpoint, Subprotocol)];

    public byte[] Message(string group, ReadOnlySpan<byte> payload) => ClientFrame.Text(
        $$"""{"type":"sendToGroup","group":"{{group}}","dataType":"text","data":"{{Encoding.ASCII.GetString(payload)}}"}""");

    private OpeningStep[] Open(EndPoint endpoint, string subprotocol) =>
    [
        UpgradeRequest.Step(endpoint, target, subprotocol, compressed),
        new OpeningStep([], "\"event\":\"connected\""u8.ToArray()),
    ];
}
