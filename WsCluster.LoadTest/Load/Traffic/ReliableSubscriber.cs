using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>
/// A subscriber that acknowledges what it gets, when the SDKs do: once a second, or as soon as a sequenceId is more than 300 above the
/// last one that was acknowledged.
/// </summary>
internal sealed class ReliableSubscriber(EventLoop loop, EndPoint endpoint, IWireProtocol protocol, Group group, int firstLine, IMarkerSink sink)
    : Subscriber(loop, endpoint, protocol, group, firstLine, sink)
{
    private const long MaxDistance = 300;

    private static readonly long Interval = Stopwatch.Frequency;
    private static readonly byte[] Member = "\"sequenceId\":"u8.ToArray();

    private long _acknowledged;
    private long _lastAcknowledgement;

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var unfinished = base.Consume(bytes);

        // The last one that has come whole. It stands before the data, so the message may be cut; the rest is on its way.
        var at = bytes.LastIndexOf(Member);
        if (at < 0 || !Utf8Parser.TryParse(bytes[(at + Member.Length)..], out long last, out var length) || at + Member.Length + length == bytes.Length)
        {
            return unfinished;
        }

        var now = Stopwatch.GetTimestamp();
        if (last - _acknowledged > MaxDistance || now - _lastAcknowledgement > Interval)
        {
            (_acknowledged, _lastAcknowledgement) = (last, now);
            Append(ClientFrame.Text($$"""{"type":"sequenceAck","sequenceId":{{last}}}"""));
            Flush();
        }

        return unfinished;
    }
}
