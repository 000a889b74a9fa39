using System.Diagnostics;
using System.Net;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>A client that is in a group: finds the markers in what it reads.</summary>
internal sealed class Subscriber(
    EventLoop loop, EndPoint endpoint, IWireProtocol protocol, Group group, int firstLine, IMarkerSink sink)
    : ClientConnection(loop, endpoint, protocol.OpenSubscriber(endpoint, group.Name), protocol)
{
    /// <summary>The group that it is in.</summary>
    public Group Group => group;

    /// <summary>Its line in the ledger for the group's first publisher; the others' lines follow.</summary>
    public int FirstLine => firstLine;

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
