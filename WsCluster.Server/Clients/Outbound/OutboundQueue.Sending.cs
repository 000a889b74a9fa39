using System.Buffers;

namespace WsCluster.Server.Clients;

/// <summary>The way out. All of it runs under the queue's lock.</summary>
internal sealed partial class OutboundQueue
{
    /// <summary>Bytes that go out in one piece.</summary>
    private const int MaxChunk = 64 * 1024;

    /// <summary>A first buffer for answers: most flushes have one or two.</summary>
    private const int MinChunk = 512;

    /// <summary>What goes out next, before the backlog: answers that were not flushed yet, or the rest of a frame that was cut.</summary>
    private byte[] _chunk = [];
    private int _chunkStart;
    private int _chunkEnd;
    private bool _chunkIsRented;

    private void OnReady()
    {
        lock (_gate)
        {
            _full = false;
            Pump();
        }
    }

    private bool Send(FrameRun run)
    {
        if (_completed || _ended || _sealed)
        {
            return true;
        }

        Pump();
        if (!IsOpen)
        {
            return Keep(run, sent: 0);
        }

        var sent = Write(run.Join());
        return sent == run.End || _completed || Keep(run, sent);
    }

    /// <summary>Lets a run's frames wait, from the byte on that was not sent yet.</summary>
    private bool Keep(FrameRun run, int sent)
    {
        foreach (var each in run.From(sent))
        {
            if (each.Start < sent)
            {
                SetChunk(each.Frame, sent - each.Start, each.Frame.Length, isRented: false);
            }
            else if (!Put(each.Frame, extra: 0, each.Topic))
            {
                return false;
            }
        }

        return true;
    }

    private bool Put(byte[] frame, int extra, MessageTopic topic)
    {
        if (IsOpen)
        {
            Stage(frame);
            if (_chunkEnd - _chunkStart >= MaxChunk)
            {
                Pump();
            }

            return true;
        }

        _backlog ??= policy == SlowClientPolicy.Disconnect ? new StrictBacklog() : new LossyBacklog(policy == SlowClientPolicy.KeepLatest);
        if (_backlog.TryAdd(frame, topic, limit + extra, ref _dropped))
        {
            return true;
        }

        _sealed = true; // A smaller frame that still fits would come after a gap.
        return false;
    }

    /// <summary>Writes until everything is out or the output is full.</summary>
    private void Pump()
    {
        while (_output is not null && !_full && !_completed)
        {
            if (_chunkStart < _chunkEnd)
            {
                _chunkStart += Write(_chunk.AsSpan(_chunkStart, _chunkEnd - _chunkStart));
                if (_chunkStart < _chunkEnd)
                {
                    return;
                }

                ReleaseChunk();
            }
            else if (!StageBacklog())
            {
                _drained?.TrySetResult();
                return;
            }
        }
    }

    private int Write(ReadOnlySpan<byte> bytes)
    {
        var state = _output!.Write(bytes, out var taken);
        _full = state == OutputState.Full;
        if (state == OutputState.Gone)
        {
            CompleteCore(); // Its reader sees it, too.
        }

        return taken;
    }

    private bool StageBacklog()
    {
        while (_chunkEnd < MaxChunk && _backlog is not null && _backlog.TryTake(out var frame))
        {
            Stage(frame);
        }

        if (_backlog is { Bytes: 0 })
        {
            _backlog = null;
        }

        return _chunkStart < _chunkEnd;
    }

    private void Stage(byte[] frame)
    {
        if (_chunkEnd + frame.Length > _chunk.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinChunk, Math.Max(_chunkEnd + frame.Length, 2 * _chunk.Length)));
            var (start, end) = (_chunkStart, _chunkEnd);
            _chunk.AsSpan(start, end - start).CopyTo(larger.AsSpan(start));
            ReleaseChunk();
            SetChunk(larger, start, end, isRented: true);
        }

        frame.CopyTo(_chunk, _chunkEnd);
        _chunkEnd += frame.Length;
    }

    private void SetChunk(byte[] bytes, int start, int end, bool isRented) =>
        (_chunk, _chunkStart, _chunkEnd, _chunkIsRented) = (bytes, start, end, isRented);

    private void ReleaseChunk()
    {
        if (_chunkIsRented)
        {
            ArrayPool<byte>.Shared.Return(_chunk);
        }

        SetChunk([], 0, 0, isRented: false);
    }

    private void CompleteCore()
    {
        _completed = true;
        _run = null;
        _backlog = null;
        ReleaseChunk();
        _drained?.TrySetResult();
    }
}
