using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using WsCluster.Server.Clients;

namespace WsCluster.Server.Transport;

/// <summary>
/// Writes to a socket on the caller's thread: HTTP through a buffer that is there between the first byte and the flush, clients'
/// queues from where their bytes are.
/// </summary>
/// <param name="socket">The descriptor.</param>
internal sealed partial class SocketWriter(int socket) : PipeWriter, IClientOutput, IValueTaskSource<FlushResult>
{
    private ManualResetValueTaskSourceCore<FlushResult> _source;
    private ReadySignal _ready;
    private WaitCancellation _cancellation;
    private Action? _onReady;
    private volatile bool _gone;
    private int _canceled;

    /// <summary>There is room. Called on the loop's thread.</summary>
    public void OnWritable()
    {
        if (_ready.Raise())
        {
            (_onReady ?? Continue)();
        }
    }

    /// <summary>Breaks writing off: what is not sent yet never will be.</summary>
    public void Abort()
    {
        _gone = true;
        ContinueElsewhere();
    }

    /// <summary>Sends what goes out at once, and touches the descriptor no more: it is about to be closed.</summary>
    public void Close()
    {
        if (!_ready.IsWaiting)
        {
            Complete();
        }

        Abort();
    }

    OutputState IClientOutput.Write(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        while (true)
        {
            taken += TrySend(bytes[taken..]);
            if (_gone)
            {
                return OutputState.Gone;
            }

            if (taken == bytes.Length)
            {
                return OutputState.Ready;
            }

            // The system tells when there is room after it has taken less than it was given.
            if (_ready.TryWait())
            {
                return OutputState.Full;
            }
        }
    }

    void IClientOutput.OnReady(Action callback) => _onReady = callback;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryComplete(out var result))
            {
                return new ValueTask<FlushResult>(result);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            }

            _source.Reset();
            _cancellation.Begin(cancellationToken, static writer => ((SocketWriter)writer!).ContinueElsewhere(), this);
            if (_ready.TryWait())
            {
                return new ValueTask<FlushResult>(this, _source.Version);
            }

            _cancellation.End();
        }
    }

    public override void CancelPendingFlush()
    {
        Volatile.Write(ref _canceled, 1);
        ContinueElsewhere();
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is null && _start < _end)
        {
            _ = TrySend(_buffer.AsSpan(_start, _end - _start));
        }

        ReturnBuffer();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void ContinueElsewhere()
    {
        if (_ready.Raise())
        {
            ThreadPool.UnsafeQueueUserWorkItem(static writer => (writer._onReady ?? writer.Continue)(), this, preferLocal: false);
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

            if (_cancellation.IsRequested)
            {
                var canceled = _cancellation.Exception;
                _cancellation.End();
                _source.SetException(canceled);
                return;
            }

            if (_ready.TryWait())
            {
                return;
            }
        }
    }

    /// <summary>Sends what is left; false when it has to be tried again.</summary>
    private bool TryComplete(out FlushResult result)
    {
        while (!_gone && _start < _end)
        {
            var sent = TrySend(_buffer.AsSpan(_start, _end - _start));
            _start += sent;
            if (sent == 0)
            {
                break;
            }
        }

        var canceled = Volatile.Read(ref _canceled) == 1 && Interlocked.Exchange(ref _canceled, 0) == 1;
        if (_gone || _start == _end)
        {
            ReturnBuffer();
        }
        else if (!canceled)
        {
            result = default;
            return false;
        }

        result = new FlushResult(canceled, _gone);
        return true;
    }

    /// <summary>Sends what goes out without waiting.</summary>
    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (_gone)
        {
            return 0;
        }

        _ready.Lower();
        var sent = (int)Libc.Send(socket, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.NoSignal);
        if (sent >= 0)
        {
            return sent;
        }

        if (Libc.LastError is var error && error == Libc.Interrupted)
        {
            _ready.Raise();
        }
        else if (error != Libc.Again)
        {
            _gone = true; // The reader learns the same, and says so.
        }

        return 0;
    }
}
