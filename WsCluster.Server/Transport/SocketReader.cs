using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace WsCluster.Server.Transport;

/// <summary>
/// Reads a socket on demand: a system call when somebody wants bytes, into a buffer that is there only while it holds some. A reader that
/// had to wait goes on on the event loop's thread.
/// </summary>
/// <param name="loop">Who tells of what comes.</param>
/// <param name="socket">The descriptor.</param>
/// <param name="events">Who is told of events, and passes them on to this.</param>
/// <param name="onEnd">Called when the peer has closed or is gone; once or more often.</param>
internal sealed partial class SocketReader(EventLoop loop, int socket, IEventHandler events, Action onEnd) : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>Reads in a row without a wait; then the loop's other connections have their turn.</summary>
    private const int MaxBurst = 32;

    private ManualResetValueTaskSourceCore<ReadResult> _source;
    private ReadySignal _ready;
    private WaitCancellation _cancellation;
    private int _burst;
    private bool _hasTurn;
    private bool _ended;
    private volatile bool _hungUp;
    private volatile Exception? _error;
    private int _canceled;

    /// <summary>Something came. Called on the loop's thread.</summary>
    /// <param name="hungUp">Whether nothing will come after it.</param>
    public void OnReadable(bool hungUp)
    {
        _hungUp |= hungUp;
        if (_ready.Raise())
        {
            _burst = 0;
            _hasTurn = true;
            Continue();
            _hasTurn = false;
        }
    }

    /// <summary>Breaks reading off: it fails from now on.</summary>
    public void Abort(Exception reason)
    {
        _error ??= reason;
        ContinueElsewhere();
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryComplete(out var result))
            {
                return new ValueTask<ReadResult>(result);
            }

            if (_error is { } error)
            {
                return ValueTask.FromException<ReadResult>(error);
            }

            if (_ready.IsRaised && !MustYield())
            {
                Receive();
                continue;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            }

            _source.Reset();
            _cancellation.Begin(cancellationToken, static reader => ((SocketReader)reader!).ContinueElsewhere(), this);
            if (_ready.TryWait())
            {
                return new ValueTask<ReadResult>(this, _source.Version);
            }

            _cancellation.End();
        }
    }

    public override bool TryRead(out ReadResult result) => TryComplete(out result);

    public override void CancelPendingRead()
    {
        Volatile.Write(ref _canceled, 1);
        ContinueElsewhere();
    }

    public override void Complete(Exception? exception = null) => ReturnBuffer();

    /// <summary>Touches the descriptor no more: it is about to be closed. Who still waits is told so.</summary>
    /// <returns>Whether the peer has closed before, or is gone, so that nothing of it can be left.</returns>
    public bool Close()
    {
        var over = _ended || _error is not null;
        if (!_ready.IsWaiting)
        {
            ReturnBuffer(); // A read that still waits keeps it, and leaves it to the garbage collector.
        }

        Abort(new ConnectionAbortedException("The connection was closed by the server."));
        return over;
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Cancellation comes from threads that do other work; the reader goes on in the pool.</summary>
    private void ContinueElsewhere()
    {
        if (_ready.Raise())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static reader => reader.Continue(), this, preferLocal: false);
        }
    }

    private void Continue()
    {
        while (true)
        {
            if (TryComplete(out var result))
            {
                _cancellation.End();
                _source.SetResult(result);
                return;
            }

            if ((_cancellation.IsRequested ? _cancellation.Exception : _error) is { } error)
            {
                _cancellation.End();
                _source.SetException(error);
                return;
            }

            if (_ready.IsRaised)
            {
                Receive();
            }
            else if (_ready.TryWait())
            {
                return; // There was nothing after all.
            }
        }
    }

    private bool TryComplete(out ReadResult result)
    {
        var canceled = Volatile.Read(ref _canceled) == 1 && Interlocked.Exchange(ref _canceled, 0) == 1;
        if (_error is null && (canceled || _ended || (_start < _end && !_examined)))
        {
            result = new ReadResult(_buffer is null ? default : new ReadOnlySequence<byte>(_buffer, _start, _end - _start), canceled, _ended);
            return true;
        }

        result = default;
        return false;
    }

    /// <summary>
    /// Whether the reader has to wait for a turn on the loop's thread: one that never had to wait, so that the others there have theirs.
    /// And any at the end of what the peer has sent: a read may empty the socket now, of which nobody tells any more; after a turn the
    /// connection looks whether it has.
    /// </summary>
    private bool MustYield()
    {
        var isCurrent = loop.IsCurrent;
        var mustYield = (isCurrent && _burst++ >= MaxBurst) || (_hungUp && !(isCurrent && _hasTurn));
        if (!mustYield)
        {
            return false;
        }

        _ready.Lower();
        if (loop.Post(() => events.OnEvents(_hungUp ? Libc.Readable | Libc.PeerClosed : Libc.Readable)))
        {
            return true;
        }

        _ready.Raise();
        return false;
    }
}
