namespace WsCluster.LoadTest.Load.Markers;

/// <summary>
/// Finds the markers in a stretch of a byte stream, without knowing what stands around them. What is left at the end and may be the
/// beginning of a marker has to be put in front of the next stretch.
/// </summary>
internal ref struct MarkerScanner(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>After the last marker: the last bytes, which the next stretch must begin with. At most 41.</summary>
    public readonly ReadOnlySpan<byte> Unfinished => _rest;

    /// <summary>Finds the next marker.</summary>
    public bool TryNext(out Marker marker)
    {
        while (true)
        {
            var start = _rest.IndexOf(Marker.First);
            if (start < 0)
            {
                _rest = default;
                marker = default;
                return false;
            }

            _rest = _rest[start..];
            if (_rest.Length < Marker.Length)
            {
                marker = default;
                return false;
            }

            if (Marker.TryRead(_rest, out marker))
            {
                _rest = _rest[Marker.Length..];
                return true;
            }

            var needed = BytesOfSplitMarker(_rest);
            if (needed > _rest.Length)
            {
                return false;
            }

            if (needed > 0 && TryReadSplit(_rest[..needed], out marker))
            {
                _rest = _rest[needed..];
                return true;
            }

            _rest = _rest[1..];
        }
    }

    /// <summary>
    /// A server may split a message into frames anywhere (SignalR does, where its buffers end), and then the header of a continuation
    /// frame stands in the middle of a marker. Its first byte is none that a marker has.
    /// </summary>
    /// <returns>Bytes of marker and header together; more than there are when not enough has come; 0 if it is no marker.</returns>
    private static int BytesOfSplitMarker(ReadOnlySpan<byte> bytes)
    {
        var at = HeaderOf(bytes);
        if (at < 0 || !Marker.Prefix.StartsWith(bytes[..Math.Min(at, Marker.Prefix.Length)]))
        {
            return 0;
        }

        return Marker.Length + (at + 1 == bytes.Length ? 2 : HeaderLength(bytes[at + 1]));
    }

    private static bool TryReadSplit(ReadOnlySpan<byte> bytes, out Marker marker)
    {
        Span<byte> joined = stackalloc byte[Marker.Length];
        var at = HeaderOf(bytes);
        bytes[..at].CopyTo(joined);
        bytes[(bytes.Length - Marker.Length + at)..].CopyTo(joined[at..]);
        return Marker.TryRead(joined, out marker);
    }

    private static int HeaderOf(ReadOnlySpan<byte> bytes) => bytes[..Marker.Length].IndexOfAny((byte)0x00, (byte)0x80);

    private static int HeaderLength(byte length) => length switch { 126 => 4, 127 => 10, _ => 2 };
}
