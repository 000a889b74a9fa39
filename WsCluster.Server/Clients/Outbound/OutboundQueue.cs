using System.IO.Pipelines;

namespace WsCluster.Server.Clients;

/// <summary>
/// What waits to go to one client. While the client keeps up, messages go out from where they are (<see cref="FrameRun"/>), and answers
/// from a small buffer that is there between the first and the flush. While the client, or the network, is slow, frames wait here by
/// reference, so that slow receivers of one message share its bytes. Bounded in bytes; nobody ever waits for it; an idle queue holds no
/// buffer, task or timer.
/// </summary>
/// <param name="limit">Bytes that may wait here.</param>
/// <param name="policy">What happens beyond that.</param>
internal sealed partial class OutboundQueue(long limit, SlowClientPolicy policy = SlowClientPolicy.Disconnect)
{
    /// <summary>What control frames may take beyond the limit: a close frame must get out, but a client can ask for pongs without end.</summary>
    private const int ControlRoom = 4 * 1024;

    private readonly Lock _gate = new();
    private IClientOutput? _output;
    private FrameRun? _run;
    private IBacklog? _backlog;
    private int _dropped;
    private bool _full;
    private bool _sealed;
    private bool _ended;
    private bool _completed;
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

    private bool IsOpen => _output is not null && !_full && _backlog is null;

    private bool IsDrained => _completed || (!_full && _backlog is null && _chunkStart == _chunkEnd);

    /// <summary>Connects the queue to its client. What was enqueued before goes out after <paramref name="first"/>.</summary>
    public void Start(PipeWriter output, byte[]? first)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _output = output as IClientOutput ?? new PipeOutput(output);
            _output.OnReady(OnReady);
            if (first is not null)
            {
                Stage(first);
            }

            Pump();
        }
    }

    /// <summary>Delivers a message, which goes out with the others of its round (<see cref="TryFlushDelivered"/>). Called by the inbox's reader alone.</summary>
    /// <param name="frame">The message.</param>
    /// <param name="topic">What it is about, for a policy that may drop it.</param>
    /// <param name="start">Where the round's run of such frames begins.</param>
    public void Deliver(byte[] frame, MessageTopic topic, FrameRun start)
    {
        lock (_gate)
        {
            if (_completed || _ended || _sealed)
            {
                return; // Else the next control frame would take it along.
            }

            _run = (_run ?? start).Append(frame, topic);
        }
    }

    /// <summary>Hands what was delivered, and what else waits for a flush, to the transport. Called by the inbox's reader alone.</summary>
    /// <param name="dropped">Messages that the policy has dropped since the last call.</param>
    /// <returns>False when more waits than may.</returns>
    public bool TryFlushDelivered(out int dropped)
    {
        lock (_gate)
        {
            var fits = true;
            if (_run is { } run)
            {
                _run = null;
                fits = Send(run);
            }

            Pump();
            dropped = _dropped;
            _dropped = 0;
            return fits;
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

            // What was delivered before comes first: after the answer to a leave, say, there must be no message of the group.
            if (_run is { } run)
            {
                _run = null;
                if (!Keep(run, sent: 0))
                {
                    return false;
                }
            }

            return Put(frame, control ? ControlRoom : 0, topic);
        }
    }

    /// <summary>Hands what was enqueued to the transport.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            Pump();
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
            if (_run is { } run && !clear && !_sealed)
            {
                _run = null;
                _ = Keep(run, sent: 0);
            }

            _sealed = true;
            if (clear)
            {
                _run = null;
                _backlog = null;
            }
        }
    }

    /// <summary>Completes when the transport has taken everything, or nobody will take it any more.</summary>
    public Task WhenDrainedAsync()
    {
        lock (_gate)
        {
            if (IsDrained)
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
            CompleteCore();
        }
    }
}
