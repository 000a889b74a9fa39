using System.Buffers.Binary;

namespace WsCluster.LoadTest.Load.Markers;

/// <summary>
/// What every message carries in its payload: who sent it, its number and when it was (to be) sent. Fixed width, ASCII, nothing that JSON
/// escapes, so it stands in the stream as it was sent, whatever a server wraps around it.
/// </summary>
/// <param name="Publisher">Index of the publisher.</param>
/// <param name="Sequence">Number of the message, from 0 for each publisher.</param>
/// <param name="Time">Stopwatch ticks.</param>
internal readonly record struct Marker(int Publisher, uint Sequence, long Time)
{
    /// <summary>Bytes of a marker.</summary>
    public const int Length = 32;

    /// <summary>Publishers that a marker can tell apart.</summary>
    public const int MaxPublishers = 1 << 16;

    /// <summary>The first byte; nothing else that the generator or a peer sends contains it often.</summary>
    public const byte First = (byte)'~';

    private const int PublisherAt = 4;
    private const int SequenceAt = 8;
    private const int TimeAt = 16;

    /// <summary>Eight letters 'a': a nibble n is written as 'a' + n.</summary>
    private const ulong Letters = 0x6161_6161_6161_6161;

    /// <summary>How a marker begins.</summary>
    public static ReadOnlySpan<byte> Prefix => "~mk:"u8;

    /// <summary>Writes the marker.</summary>
    public void Write(Span<byte> target)
    {
        Prefix.CopyTo(target);
        BinaryPrimitives.WriteUInt32BigEndian(target[PublisherAt..], unchecked((uint)Spread((uint)Publisher)));
        BinaryPrimitives.WriteUInt64BigEndian(target[SequenceAt..], Spread(Sequence));
        BinaryPrimitives.WriteUInt64BigEndian(target[TimeAt..], Spread(unchecked((uint)(Time >> 32))));
        BinaryPrimitives.WriteUInt64BigEndian(target[(TimeAt + 8)..], Spread(unchecked((uint)Time)));
    }

    /// <summary>Reads a marker from <see cref="Length"/> bytes; false if they are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Marker marker)
    {
        if (!source.StartsWith(Prefix))
        {
            marker = default;
            return false;
        }

        var publisher = BinaryPrimitives.ReadUInt32BigEndian(source[PublisherAt..]) - unchecked((uint)Letters);
        var sequence = BinaryPrimitives.ReadUInt64BigEndian(source[SequenceAt..]) - Letters;
        var high = BinaryPrimitives.ReadUInt64BigEndian(source[TimeAt..]) - Letters;
        var low = BinaryPrimitives.ReadUInt64BigEndian(source[(TimeAt + 8)..]) - Letters;
        marker = new Marker((int)Compress(publisher), Compress(sequence), ((long)Compress(high) << 32) | Compress(low));
        return ((publisher | sequence | high | low) & 0xF0F0_F0F0_F0F0_F0F0) == 0;
    }

    /// <summary>Eight nibbles, one a byte, most significant first.</summary>
    private static ulong Spread(uint value)
    {
        ulong x = value;
        x = (x | (x << 16)) & 0x0000_FFFF_0000_FFFF;
        x = (x | (x << 8)) & 0x00FF_00FF_00FF_00FF;
        x = (x | (x << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        return x + Letters;
    }

    private static uint Compress(ulong x)
    {
        x = (x | (x >> 4)) & 0x00FF_00FF_00FF_00FF;
        x = (x | (x >> 8)) & 0x0000_FFFF_0000_FFFF;
        return unchecked((uint)(x | (x >> 16)));
    }
}
