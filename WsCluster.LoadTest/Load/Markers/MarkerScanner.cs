namespace WsCluster.LoadTest.Load.Markers;

/// <summary>
/// Finds the markers in a stretch of a byte stream, without knowing what stands around them. What is left at the end and may be the
/// beginning of a marker has to be put in front of the next stretch.
/// </summary>
internal ref struct MarkerScanner(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>After the last marker: the last bytes, which the next stretch must begin with. Shorter than a marker.</summary>
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

            _rest = _rest[1..];
        }
    }
}
