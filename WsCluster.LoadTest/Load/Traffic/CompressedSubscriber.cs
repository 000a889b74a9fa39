using System.Diagnostics;
using System.Net;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>
/// A subscriber whose server may compress messages: what it reads has to be cut into frames, and their payloads inflated, before markers can
/// be found. The server must send each message in one frame.
/// </summary>
internal sealed class CompressedSubscriber(
    EventLoop loop, EndPoint endpoint, IWireProtocol protocol, MessageInflater inflater, Group group, int firstLine, IMarkerSink sink)
    : Subscriber(loop, endpoint, protocol, group, firstLine, sink)
{
    /// <summary>A frame that has not come whole yet. It may be longer than what a connection keeps for its next read.</summary>
    private byte[] _partial = [];

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var now = Stopwatch.GetTimestamp(); // Once for all messages of a read, as for those that aren't compressed.
        var rest = _partial.Length == 0 ? bytes : [.. _partial, .. bytes];
        try
        {
            while (ServerFrameReader.TryRead(rest, out var frame, out var payload))
            {
                if (ServerFrameReader.IsCompressed(frame))
                {
                    Find(inflater.Inflate(payload), now);
                }
                else
                {
                    base.Consume(frame);
                }

                rest = rest[frame.Length..];
            }
        }
        catch (InvalidDataException exception)
        {
            End($"sent what can't be inflated: {exception.Message}");
            return 0;
        }

        _partial = rest.IsEmpty ? [] : rest.ToArray();
        return 0;
    }

    private void Find(ReadOnlySpan<byte> message, long now)
    {
        var scanner = new MarkerScanner(message);
        while (scanner.TryNext(out var marker))
        {
            Sink.Found(this, marker, now);
        }
    }
}
