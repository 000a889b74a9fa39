using System.Diagnostics;
using System.Net;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>A client that is in a group: finds the markers in what it reads.</summary>
internal class Subscriber(
    EventLoop loop, EndPoint endpoint, IWireProtocol protocol, Group group, int firstLine, IMarkerSink sink)
    : ClientConnection(loop, endpoint, protocol.OpenSubscriber(endpoint, group.Name), protocol)
{
    /// <summary>Makes one that understands what its peer's server sends.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="endpoint">Where it connects to.</param>
    /// <param name="protocol">How it talks.</param>
    /// <param name="group">The group that it is in.</param>
    /// <param name="firstLine">Its line in the ledger for the group's first publisher.</param>
    /// <param name="sink">Takes what it finds.</param>
    public static Subscriber Create(EventLoop loop, EndPoint endpoint, IWireProtocol protocol, Group group, int firstLine, IMarkerSink sink) =>
        protocol.Inflater is { } inflater ? new CompressedSubscriber(loop, endpoint, protocol, inflater, group, firstLine, sink)
        : protocol.IsReliable ? new ReliableSubscriber(loop, endpoint, protocol, group, firstLine, sink)
        : new Subscriber(loop, endpoint, protocol, group, firstLine, sink);

    /// <summary>The group that it is in.</summary>
    public Group Group => group;

    /// <summary>Its line in the ledger for the group's first publisher; the others' lines follow.</summary>
    public int FirstLine => firstLine;

    /// <summary>Takes what it finds.</summary>
    protected IMarkerSink Sink => sink;

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var scanner = new MarkerScanner(bytes);
        if (!scanner.TryNext(out var marker))
        {
            base.Consume(bytes);
            return scanner.Unfinished.Length;
        }

        var now = Stopwatch.GetTimestamp();
        do
        {
            sink.Found(this, marker, now);
        }
        while (scanner.TryNext(out marker));

        return scanner.Unfinished.Length;
    }
}
