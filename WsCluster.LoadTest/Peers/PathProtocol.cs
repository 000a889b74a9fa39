using System.Net;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers;

/// <summary>A group is a path: a connection is a member of one, or sends to one. A message is a text frame with nothing around the data.</summary>
/// <param name="joined">What a member is told when it is one; null if the peer says nothing but that the upgrade was accepted.</param>
internal sealed class PathProtocol(byte[]? joined) : IWireProtocol
{
    public byte[] Heartbeat => ClientFrame.Pong;

    public bool OneGroupPerConnection => true;

    public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group)
    {
        var upgrade = UpgradeRequest.Step(endpoint, "/sub/" + group);
        return joined is null ? [upgrade] : [upgrade, new OpeningStep([], joined)];
    }

    public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) => [UpgradeRequest.Step(endpoint, "/pub/" + group)];

    public byte[] Message(string group, ReadOnlySpan<byte> payload) => ClientFrame.Build(ClientFrame.TextCode, payload);
}
