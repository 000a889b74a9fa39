namespace WsCluster.Server.Clients;

/// <summary>The runs of one round of the inbox (<see cref="FrameRun"/>).</summary>
internal sealed class FrameRuns
{
    /// <summary>Pieces of memory that are kept from round to round.</summary>
    private const int MaxKept = 16;

    /// <summary>Bytes that a round joins for several receivers each. Beyond that every receiver has its run joined anew.</summary>
    private const int MaxJoined = 4 * 1024 * 1024;

    private readonly FrameRun[] _starts;
    private readonly List<JoinedFrames> _joined = [];
    private int _used;
    private int _bytes;

    public FrameRuns()
    {
        _starts = [.. Enum.GetValues<FrameKind>().Select(_ => FrameRun.Empty(this))];
    }

    /// <summary>Where the run of a client begins that takes this kind of frames: a message has one frame of each kind.</summary>
    public FrameRun Start(FrameKind kind) => _starts[(int)kind];

    /// <summary>Memory for what is sent once, before anything else is joined.</summary>
    public JoinedFrames Once { get; } = new();

    /// <summary>Whether the round may keep some more bytes joined; counts them.</summary>
    public bool TryReserve(int bytes)
    {
        if (_bytes + bytes > MaxJoined)
        {
            return false;
        }

        _bytes += bytes;
        return true;
    }

    /// <summary>Memory for a run's bytes, until the round's end.</summary>
    public JoinedFrames NewJoined()
    {
        if (_used == _joined.Count)
        {
            _joined.Add(new JoinedFrames());
        }

        return _joined[_used++];
    }

    /// <summary>The round is over: runs and their bytes must not be used any more.</summary>
    public void Reset()
    {
        foreach (var start in _starts)
        {
            start.Reset();
        }

        for (var i = 0; i < _used; i++)
        {
            _joined[i].Clear(keep: i < MaxKept);
        }

        Once.Clear(keep: true);
        (_used, _bytes) = (0, 0);
        if (_joined.Count > MaxKept)
        {
            _joined.RemoveRange(MaxKept, _joined.Count - MaxKept);
        }
    }
}
