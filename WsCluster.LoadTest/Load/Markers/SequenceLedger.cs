namespace WsCluster.LoadTest.Load.Markers;

/// <summary>
/// Checks that each receiver gets each publisher's messages once and in order. A line is one (receiver, publisher) pair; a message that was
/// skipped is missing until it comes after all, which then is a reordering.
/// </summary>
internal sealed class SequenceLedger
{
    private uint[] _next = [];
    private int _lines;

    /// <summary>Rare, so it may cost: the numbers that were skipped, by line.</summary>
    private readonly Dictionary<int, HashSet<uint>> _missing = [];

    /// <summary>Messages that came twice.</summary>
    public long Repeated { get; private set; }

    /// <summary>Messages that came after a later one.</summary>
    public long Reordered { get; private set; }

    /// <summary>Adds lines that all begin with message 0.</summary>
    /// <returns>The first of them.</returns>
    public int AddLines(int count)
    {
        var first = _lines;
        _lines += count;
        if (_lines > _next.Length)
        {
            Array.Resize(ref _next, Math.Max(_lines, 2 * _next.Length));
        }

        return first;
    }

    /// <summary>A message has come.</summary>
    /// <returns>Whether it is the first time.</returns>
    public bool Observe(int line, uint sequence)
    {
        ref var next = ref _next[line];
        if (sequence == next)
        {
            next++;
            return true;
        }

        if (sequence > next)
        {
            Skip(line, next, sequence);
            next = sequence + 1;
            return true;
        }

        if (_missing.TryGetValue(line, out var missing) && missing.Remove(sequence))
        {
            Reordered++;
            return true;
        }

        Repeated++;
        return false;
    }

    /// <summary>Messages that have not come on a line, out of those that were sent.</summary>
    public long Missing(int line, uint sent) =>
        (_missing.TryGetValue(line, out var missing) ? missing.Count : 0) + (sent > _next[line] ? sent - _next[line] : 0L);

    private void Skip(int line, uint from, uint to)
    {
        if (!_missing.TryGetValue(line, out var missing))
        {
            _missing[line] = missing = [];
        }

        for (var sequence = from; sequence < to; sequence++)
        {
            missing.Add(sequence);
        }
    }
}
