using System.Globalization;

namespace WsCluster.Server.Hubs;

/// <summary>
/// Intervals of offsets in which a client was in a group, as <c>hub.lua</c> writes them: <c>after-upto;after-upto;after-</c>, the last one
/// open while the client is in it.
/// </summary>
internal sealed class GroupIntervals
{
    private readonly List<(long After, long UpTo)> _intervals = [];

    /// <exception cref="FormatException">It is no such text.</exception>
    public GroupIntervals(string text)
    {
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var after = long.Parse(part.AsSpan(0, dash), CultureInfo.InvariantCulture);
            _intervals.Add((after, dash == part.Length - 1 ? long.MaxValue : long.Parse(part.AsSpan(dash + 1), CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>The offset after which the client is in the group; null if it is not in it any more.</summary>
    public long? OpenSince => _intervals is [.., (var after, long.MaxValue)] ? after : null;

    /// <summary>Whether the client was in the group at an offset.</summary>
    public bool Contains(long offset) => _intervals.Exists(interval => offset > interval.After && offset <= interval.UpTo);

    /// <summary>Whether the client was in the group anywhere between two offsets.</summary>
    public bool Overlap(long after, long upTo) => _intervals.Exists(interval => interval.UpTo > after && interval.After < upTo);
}
