using System.IO.Compression;

namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>
/// Inflates messages that were compressed each for itself (permessage-deflate without context takeover). All receivers of a message get the
/// same bytes, so each message is inflated once for all of them; a receiver reads many messages before the next one reads the same ones,
/// so more than the last is kept.
/// </summary>
internal sealed class MessageInflater
{
    /// <summary>Messages that are kept; more than are in flight in most scenarios. Two with one place only cost more inflating.</summary>
    private const int Kept = 1024;

    /// <summary>Bytes that decide on a message's place: the marker is within these.</summary>
    private const int HashedBytes = 256;

    private readonly (byte[] Compressed, byte[] Inflated)[] _kept = new (byte[], byte[])[Kept];

    /// <summary>
    /// What ends a compressed message and is not sent (RFC 7692, 7.2.2), and then an empty final block: the stream ends as it should.
    /// </summary>
    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF, 0x03, 0x00];

    /// <summary>The message, as it was before it was compressed.</summary>
    /// <exception cref="InvalidDataException">It is no compressed message.</exception>
    public ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> compressed)
    {
        ref var place = ref _kept[PlaceOf(compressed)];
        if (!compressed.SequenceEqual(place.Compressed))
        {
            place = (compressed.ToArray(), Decompress(compressed));
        }

        return place.Inflated;
    }

    private static int PlaceOf(ReadOnlySpan<byte> compressed)
    {
        var hash = new HashCode();
        hash.AddBytes(compressed[..Math.Min(compressed.Length, HashedBytes)]);
        return (int)((uint)hash.ToHashCode() % Kept);
    }

    private static byte[] Decompress(ReadOnlySpan<byte> compressed)
    {
        using var inflated = new MemoryStream();
        using var deflate = new DeflateStream(new MemoryStream([.. compressed, .. Tail]), CompressionMode.Decompress);
        deflate.CopyTo(inflated);
        return inflated.ToArray();
    }
}
