using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WsCluster.Server.Clients;

/// <summary>
/// What waits to go to one client. A frame is copied into the transport's pipe right away while the client keeps up; while a flush
/// is under way (the client, or the network, is slow) frames wait here by reference, so that slow receivers of one message share its
/// bytes. Bounded in bytes; nobody ever waits for it; an idle queue holds no buffer, task or timer.
/// </summary>
/// <param name="limit">Bytes that may wait here.</param>
/// <param name="policy">What happens beyond that.</param>
internal sealed class OutboundQueue(long limit, SlowClientPolicy policy = SlowClientPolicy.Disconnect)
{
    /// <summary>Bytes in the pipe at which a batch is flushed before its end: what the transport holds is not bounded by us.</summary>
    private const int FlushThreshold = 64 * 1024;

    /// <summary>What control frames may take beyond the limit: a close frame must get out, but a client can ask for pongs without end.</summary>
    private const int ControlRoom = 4 * 1024;

    private readonly Lock _gate = new();
    private PipeWriter? _output;
    private IBacklog? _backlog;
    private int _dropped;
    private int _unflushed;
    private bool _flushing;
    private bool _sealed;
    private bool _ended;
    private bool _completed;
    private Action? _onFlushed;
    private ValueTaskAwaiter<FlushResult> _flush;
    private TaskCompletionSource? _drained;

    /// <summary>Bytes that wait here, without those in the transport.</summary>
    public long WaitingBytes
    {
        get
        {
            lock (_gate)
            {
                return _backlog?.Bytes ?? 0;
            }
        }
    }

    /// <summary>Connects the queue to its client. What was enqueued before goes out after <paramref name="first"/>.</summary>
    public void Start(PipeWriter output, byte[]? first)
    {
        lock (_gate)
        {
            _output = output;
            if (first is not null)
            {
                Write(first);
            }

            WriteBacklog();
            FlushCore();
        }
    }

    /// <summary>Adds a frame; false when the queue would exceed its limit, and then the frame is not added.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="control">A frame of the WebSocket itself, or a farewell: passes a sealed queue, and has a little room of its own.</param>
    /// <param name="topic">What a message is about, which may be dropped later if the policy says so.</param>
    public bool Enqueue(byte[] frame, bool control = false, MessageTopic topic = default)
    {
        lock (_gate)
        {
            if (_completed || _ended || (_sealed && !control))
            {
                return true; // Nobody wants it any more.
            }

            if (_output is not null && !_flushing && _backlog is null)
            {
                Write(frame);
                if (_unflushed >= FlushThreshold)
                {
                    FlushCore();
                }

                return true;
            }

            _backlog ??= policy == SlowClientPolicy.Disconnect ? new StrictBacklog() : new LossyBacklog(policy == SlowClientPolicy.KeepLatest);
            if (_backlog.TryAdd(frame, topic, limit + (control ? ControlRoom : 0), ref _dropped))
            {
                return true;
            }

            _sealed = true; // A smaller frame that still fits would come after a gap.
            return false;
        }
    }

    /// <summary>Hands what was enqueued to the transport.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            FlushCore();
        }
    }

    /// <summary>Flushes after messages were enqueued.</summary>
    /// <returns>Messages that the policy has dropped since the last call.</returns>
    public int FlushDelivered()
    {
        lock (_gate)
        {
            FlushCore();
            var dropped = _dropped;
            _dropped = 0;
            return dropped;
        }
    }

    /// <summary>Lets nothing pass from now on: the close frame was the last.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }

    /// <summary>Lets only control frames pass from now on: nothing may follow a close frame.</summary>
    /// <param name="clear">Whether to forget what waits, since the client does not read and the close frame would never get out.</param>
    public void Seal(bool clear)
    {
        lock (_gate)
        {
            _sealed = true;
            if (clear)
            {
                _backlog = null;
            }
        }
    }

    /// <summary>Completes when the transport has taken everything, or nobody will take it any more.</summary>
    public Task WhenDrainedAsync()
    {
        lock (_gate)
        {
            if (_completed || (!_flushing && _backlog is null))
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>The end: nothing is written after this.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            _backlog = null;
            _drained?.TrySetResult();
        }
    }

    private void Write(byte[] frame)
    {
        frame.CopyTo(_output!.GetMemory(frame.Length).Span);
        _output.Advance(frame.Length);
        _unflushed += frame.Length;
    }

    private void WriteBacklog()
    {
        while (_unflushed < FlushThreshold && _backlog is not null && _backlog.TryTake(out var frame))
        {
            Write(frame);
        }

        if (_backlog is { Bytes: 0 })
        {
            _backlog = null;
        }
    }

    private void FlushCore()
    {
        while (!_flushing && !_completed && _output is not null && _unflushed > 0)
        {
            _unflushed = 0;
            _flush = _output.FlushAsync().GetAwaiter();
            if (!_flush.IsCompleted)
            {
                _flushing = true;
                _flush.UnsafeOnCompleted(_onFlushed ??= OnFlushed);
                return;
            }

            Flushed();
        }
    }

    private void OnFlushed()
    {
        lock (_gate)
        {
            _flushing = false;
            Flushed();
            FlushCore();
            if (_completed || (!_flushing && _backlog is null))
            {
                _drained?.TrySetResult();
            }
        }
    }

    private void Flushed()
    {
        try
        {
            _completed |= _flush.GetResult().IsCompleted;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            _completed = true; // The connection is gone; its reader sees it, too.
        }

        if (_completed)
        {
            _backlog = null;
            return;
        }

        WriteBacklog();
    }
}
