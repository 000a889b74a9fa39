using StackExchange.Redis;
using WsCluster.Server.Transport;

namespace WsCluster.Server.Hubs;

/// <summary>
/// A node's way into a hub: interest, sessions and messages go to Redis in the order in which they were given here, one script call
/// (<c>hub.lua</c>) at a time. What is given while a call is under way is the next batch, so a busy hub makes fewer, larger calls.
/// Because interest and messages share the order, a member that has joined gets what is sent after its join. While Redis is away,
/// batches wait and are tried again until their deadline; each has a number, so it is taken once however often it was sent.
/// </summary>
internal sealed partial class HubPipeline(string hub, HubPipelineContext context)
{
    /// <summary>How many of the script's keys every batch has.</summary>
    public const int FixedKeys = 7;

    private readonly Lock _gate = new();
    private readonly Queue<PipelineBatch> _waiting = new();
    private Action? _run;
    private PipelineBatch? _filling;
    private bool _running;

    /// <summary>The inbox of the call whose operations are being completed.</summary>
    public string? CallInbox { get; private set; }

    /// <summary>The hub's epoch in that call.</summary>
    public long CallEpoch => _epoch;

    /// <summary>Whether nothing waits and nothing is under way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_running && _waiting.Count == 0;
            }
        }
    }

    /// <summary>Whether it may still have to send again what Redis has taken.</summary>
    public bool HasPublished
    {
        get
        {
            lock (_gate)
            {
                return _running || _published.Any || _lost.Count > 0;
            }
        }
    }

    /// <summary>Adds the node to an interest set, or takes it out.</summary>
    public void SetInterest(string set, bool interested, IPipelineCompletion completion) =>
        Add((Set: set, Interested: interested, Completion: completion), static (batch, interest) => batch.AddInterest(interest.Set, interest.Interested, interest.Completion));

    /// <summary>Adds operations that belong together; <paramref name="add"/> runs under the pipeline's lock.</summary>
    public void Add<T>(T state, Action<PipelineBatch, T> add)
    {
        lock (_gate)
        {
            add(Fill(), state);
        }

        Start();
    }

    /// <summary>Sends a message; false, and nothing is sent, when the node has too much waiting already.</summary>
    public bool TrySend(in OutgoingMessage message, IPipelineCompletion completion)
    {
        lock (_gate)
        {
            if (!context.Budget.TryTake(message.Size))
            {
                return false;
            }

            Fill().AddMessage(message, context.Node.Inbox, completion);
        }

        Start();
        return true;
    }

    /// <summary>Lets go of what is only kept for a while. Called once a heartbeat.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            if (!_running)
            {
                _published.Trim();
            }
        }
    }

    /// <summary>The batch that takes the next operation; the caller holds the lock.</summary>
    private PipelineBatch Fill()
    {
        if (_filling is null || _filling.IsFull)
        {
            _filling = new PipelineBatch { Since = context.Time.GetTimestamp() };
            _waiting.Enqueue(_filling);
        }

        return _filling;
    }

    private void Start()
    {
        lock (_gate)
        {
            if (_running)
            {
                return;
            }

            _running = true;
        }

        // Never on the caller's stack: it may hold the hub's lock, and a call that fails at once completes its operations at once.
        // On an event loop it comes after all clients that have something to say now: their messages share the call.
        EventLoop.RunSoon(_run ??= () => _ = RunAsync());
    }

    private async Task RunAsync()
    {
        while (true)
        {
            PipelineBatch batch;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out batch!))
                {
                    _running = false;
                    return;
                }

                if (batch == _filling)
                {
                    _filling = null;
                }
            }

            Complete(batch, await TakeAsync(batch).ConfigureAwait(false));
        }
    }

    private void Complete(PipelineBatch batch, RedisResult[]? result)
    {
        context.Budget.Return(batch.Size);
        context.Metrics.Published(batch.Places, taken: result is not null);
        batch.Complete(result, exception => Log.CompletionFailed(context.Logger, exception, hub));
        if (result is not null && _limits.Messages > 0 && batch.IsWorthKeeping)
        {
            _published.Add(batch, (long)result[0]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Redis did not take a batch of hub {Hub} with {Messages} messages until its deadline ({Reason}); their senders are told. {Detail}")]
        public static partial void CallFailed(ILogger logger, string hub, int messages, string reason, string detail);

        [LoggerMessage(LogLevel.Warning, "Redis has lost the end of hub {Hub}. {Batches} batches that it had taken are sent again.")]
        public static partial void SendingAgain(ILogger logger, string hub, int batches);

        [LoggerMessage(LogLevel.Error, "An operation of hub {Hub} could not be completed.")]
        public static partial void CompletionFailed(ILogger logger, Exception exception, string hub);
    }
}
