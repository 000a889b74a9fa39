namespace WsCluster.Server.Clients;

/// <summary>
/// Frames that are delivered one after the other, as the last of them sees it. Receivers that get the same frames in one round are at
/// the same run, so what is said of it is said of all of them, and what they have in common is joined once (<see cref="Join"/>) and
/// sent to each from there. A run costs an allocation a message and kind of frame, however many receivers it has; receivers that miss a message have runs of
/// their own from there on.
/// </summary>
internal sealed class FrameRun
{
    private readonly FrameRuns _owner;
    private readonly FrameRun? _previous;
    private FrameRun? _next;
    private JoinedFrames? _joined;
    private int _receivers;

    private FrameRun(FrameRuns owner, FrameRun? previous, byte[] frame, MessageTopic topic)
    {
        _owner = owner;
        _previous = previous;
        Frame = frame;
        Topic = topic;
        Start = previous?.End ?? 0;
    }

    /// <summary>The last frame.</summary>
    public byte[] Frame { get; }

    public MessageTopic Topic { get; }

    /// <summary>Bytes of all frames before the last.</summary>
    public int Start { get; }

    /// <summary>Bytes of all frames.</summary>
    public int End => Start + Frame.Length;

    /// <summary>A run before its first frame.</summary>
    public static FrameRun Empty(FrameRuns owner) => new(owner, previous: null, frame: [], topic: default);

    /// <summary>Forgets what followed. For an empty run, before another round.</summary>
    public void Reset() => _next = null;

    /// <summary>The run with one more frame. Called by the inbox's reader alone.</summary>
    public FrameRun Append(byte[] frame, MessageTopic topic)
    {
        // Messages are delivered one after the other, so only the newest successor can be the one that is wanted.
        if (_next is not { } next || next.Frame != frame)
        {
            _next = next = new FrameRun(_owner, Frame.Length == 0 ? null : this, frame, topic);
        }

        // One that still waits here is counted, and one who took the run out of turn: too many never do harm.
        _receivers--;
        next._receivers++;
        return next;
    }

    /// <summary>The frames from the one that has the byte at <paramref name="offset"/> on, oldest first. For any thread.</summary>
    public FrameRun[] From(int offset)
    {
        var count = 0;
        for (var run = this; run is not null && run.End > offset; run = run._previous)
        {
            count++;
        }

        var runs = new FrameRun[count];
        for (var run = this; count > 0; run = run._previous!)
        {
            runs[--count] = run;
        }

        return runs;
    }

    /// <summary>All bytes in one piece, until the next call. Called by the inbox's reader alone.</summary>
    public ReadOnlySpan<byte> Join()
    {
        if (Start == 0)
        {
            return Frame;
        }

        if (_joined is null && (_receivers <= 1 || !TryBuild()))
        {
            // Kept until the round's end, runs of single receivers would take as much memory as all that is sent.
            _owner.Once.SetLength(End);
            CopyTo(_owner.Once.Bytes, known: null);
            return _owner.Once.Bytes;
        }

        return _joined!.Bytes[..End];
    }

    private bool TryBuild()
    {
        var known = _previous;
        while (known is not null && known._joined is null)
        {
            known = known._previous;
        }

        // Goes on where a shorter run has ended, unless another run has gone on there already.
        var joined = known?._joined;
        var isNew = joined is null || joined.Length != known!.End;
        if (!_owner.TryReserve(isNew ? End : End - known!.End))
        {
            return false;
        }

        if (isNew)
        {
            var start = joined is null ? default : joined.Bytes[..known!.End];
            joined = _owner.NewJoined();
            joined.SetLength(End);
            start.CopyTo(joined.Bytes);
        }
        else
        {
            joined!.SetLength(End);
        }

        CopyTo(joined.Bytes, known);
        for (var run = this; run is not null && run != known; run = run._previous)
        {
            run._joined = joined;
        }

        return true;
    }

    private void CopyTo(Span<byte> bytes, FrameRun? known)
    {
        for (var run = this; run is not null && run != known; run = run._previous)
        {
            run.Frame.CopyTo(bytes[run.Start..]);
        }
    }
}
