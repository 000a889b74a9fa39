using System.Net;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers;

/// <summary>Of a peer that takes no WebSocket clients: only its HTTP side is measured.</summary>
internal sealed class NoProtocol : IWireProtocol
{
    public byte[] Heartbeat => throw Unsupported();

    public IReadOnlyList<OpeningStep> OpenSubscriber(EndPoint endpoint, string group) => throw Unsupported();

    public IReadOnlyList<OpeningStep> OpenPublisher(EndPoint endpoint, string group) => throw Unsupported();

    public byte[] Message(string group, ReadOnlySpan<byte> payload) => throw Unsupported();

    private static NotSupportedException Unsupported() => new("This peer takes no WebSocket clients.");
}
