using CsCheck;
using WsCluster.LoadTest.Load.Markers;

namespace WsCluster.Tests.LoadTest;

/// <summary>Every marker of a stream is found once, however the stream is cut into reads and frames.</summary>
public sealed class MarkerScannerTests
{
    private static readonly Gen<Marker> Markers = Gen.Select(
        Gen.Int[0, Marker.MaxPublishers - 1], Gen.UInt, Gen.Long, (publisher, sequence, time) => new Marker(publisher, sequence, time));

    /// <summary>What stands between markers: also what looks like the beginning of one.</summary>
    private static readonly Gen<byte[]> Noise = Gen.OneOf(
        Gen.Byte.Array[0, 40], Gen.Const("~"u8.ToArray()), Gen.Const("~mk:"u8.ToArray()), Gen.Const("~mk:aaaaaaaa"u8.ToArray()));

    /// <summary>The header of a continuation frame, which a server may put anywhere into a message.</summary>
    private static readonly byte[][] Headers = [[], [0x80, 100], [0x00, 126, 1, 2], [0x80, 127, 0, 0, 0, 0, 0, 1, 0, 0]];

    [Fact]
    public void Finds_every_marker_wherever_the_stream_is_cut() => Gen.Select(
            Gen.Select(Markers, Gen.Int[1, Marker.Length - 1], Gen.Int[0, Headers.Length - 1]).Array[0, 8],
            Gen.Int[1, 50].Array[1, 10])
        .Sample((markers, reads) =>
        {
            var stream = new List<byte>();
            foreach (var (marker, splitAt, header) in markers)
            {
                stream.AddRange("{\"data\":\""u8);
                var bytes = Write(marker);
                stream.AddRange(bytes[..splitAt]);
                stream.AddRange(Headers[header]);
                stream.AddRange(bytes[splitAt..]);
                stream.AddRange("xxxx\"}"u8);
            }

            Assert.Equal(markers.Select(entry => entry.Item1), Scan(stream, reads));
        });

    [Fact]
    public void Noise_is_no_marker() => Gen.Select(Noise.Array[1, 5], Gen.Int[1, 50].Array[1, 10]).Sample((noise, reads) =>
        Assert.Empty(Scan([.. noise.SelectMany(bytes => bytes), .. "zzz"u8], reads)));

    private static byte[] Write(Marker marker)
    {
        var bytes = new byte[Marker.Length];
        marker.Write(bytes);
        return bytes;
    }

    private static List<Marker> Scan(List<byte> stream, int[] reads)
    {
        var found = new List<Marker>();
        var kept = Array.Empty<byte>();
        for (int at = 0, read = 0; at < stream.Count; read++)
        {
            var count = Math.Min(reads[read % reads.Length], stream.Count - at);
            byte[] bytes = [.. kept, .. stream.Skip(at).Take(count)];
            var scanner = new MarkerScanner(bytes);
            while (scanner.TryNext(out var marker))
            {
                found.Add(marker);
            }

            kept = scanner.Unfinished.ToArray();
            at += count;
        }

        return found;
    }
}
