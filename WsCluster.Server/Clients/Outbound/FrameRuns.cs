namespace WsCluster.Server.Clients;

/// <summary>The runs of one round of the inbox (<see cref="FrameRun"/>).</summary>
internal sealed class FrameRuns
{
    /// <summary>Pieces of memory that are kept from round to round.</summary>
    private const int MaxKept = 16;

    private readonly FrameRun[] _starts;
    private readonly List<JoinedFrames> _joined = [];
    private int _used;

    public FrameRuns()
    {
        _starts = [.. Enum.GetValues<FrameKind>().Select(_ => FrameRun.Empty(this))];
    }

    /// <summary>Where the run of a client begins that takes this kind of frames: a message has one frame of each kind.</summary>
    public FrameRun Start(FrameKind kind) => _starts[(int)kind];

    /// <summary>Memory for a run's bytes.</summary>
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
            _joined[i].Clear();
        }

        _used = 0;
        if (_joined.Count > MaxKept)
        {
            _joined.RemoveRange(MaxKept, _joined.Count - MaxKept);
        }
    }
}
