using StackExchange.Redis;
using WsCluster.Server.Cluster;
using WsCluster.Server.Telemetry;
using WsCluster.Server.Transport;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>
/// A node's way into a hub: interest and messages go to Redis in the order in which they were given here, one script call
/// (<c>hub.lua</c>) at a time. What is given while a call is under way is the next batch, so a busy hub makes fewer, larger calls.
/// Because interest and messages share the order, a member that has joined gets what is sent after its join.
/// </summary>
internal sealed partial class HubPipeline(
    string hub, IConnectionMultiplexer connection, ClusterKeys keys, NodeIdentity node, PipelineBudget budget, NodeMetrics metrics, ILogger logger)
{
    private static readonly RedisScript Script = RedisScript.Load("hub");

    private readonly Lock _gate = new();
    private readonly Queue<PipelineBatch> _waiting = new();
    private readonly string _prefix = keys.Hub(hub);
    private readonly RedisKey _offset = keys.Offset(hub);
    private readonly byte[] _head = MessageFormat.BatchHead(hub);
    private Action? _run;
    private PipelineBatch? _filling;
    private bool _running;
    private bool _inDoubt;
    private string? _announcedInbox;

    /// <summary>The inbox of the call whose operations are being completed.</summary>
    public string? CallInbox { get; private set; }

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

    /// <summary>Adds the node to an interest set, or takes it out.</summary>
    public void SetInterest(string set, bool interested, IPipelineCompletion completion)
    {
        lock (_gate)
        {
            Fill().AddInterest(set, interested, completion);
        }

        Start();
    }

    /// <summary>Sends a message; false, and nothing is sent, when the node has too much waiting already.</summary>
    public bool TrySend(in OutgoingMessage message, IPipelineCompletion completion)
    {
        var set = message.Kind switch
        {
            TargetKind.Group => InterestSet.Group(message.Target),
            TargetKind.User => InterestSet.User(message.Target),
            TargetKind.Hub => InterestSet.Hub,
            _ => null,
        };

        lock (_gate)
        {
            if (!budget.TryTake(message.Size))
            {
                return false;
            }

            Fill().AddMessage(message, set, node.Inbox, completion);
        }

        Start();
        return true;
    }

    /// <summary>The batch that takes the next operation; the caller holds the lock.</summary>
    private PipelineBatch Fill()
    {
        if (_filling is null || _filling.IsFull)
        {
            _filling = new PipelineBatch();
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

            Complete(batch, await CallAsync(batch).ConfigureAwait(false));
            if (_inDoubt)
            {
                await SettleAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// A call that timed out may still be executed, and stands before everything that is sent later on its connection. Until Redis
    /// answers again, what waits fails without being sent: so at most one batch is executed after its senders were told that it failed.
    /// </summary>
    private async Task SettleAsync()
    {
        while (_inDoubt)
        {
            try
            {
                await connection.GetDatabase().PingAsync().ConfigureAwait(false);
                _inDoubt = false;
            }
            catch (RedisTimeoutException)
            {
                FailWaiting();
            }
            catch (Exception)
            {
                _inDoubt = false; // The connection is gone, and what was under way on it with it. The next call says so.
            }
        }
    }

    private void FailWaiting()
    {
        PipelineBatch[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
            _filling = null;
        }

        foreach (var batch in waiting)
        {
            Complete(batch, result: null);
        }
    }

    private void Complete(PipelineBatch batch, RedisResult[]? result)
    {
        budget.Return(batch.Size);
        metrics.Published(batch.MessageCount, taken: result is not null);
        batch.Complete(result, exception => Log.CompletionFailed(logger, exception, hub));
    }

    private async Task<RedisResult[]?> CallAsync(PipelineBatch batch)
    {
        var inbox = node.Inbox;
        CallInbox = inbox;
        try
        {
            var database = connection.GetDatabase();
            if (batch.HasInterest && _announcedInbox != inbox)
            {
                // Whoever cleans up after this node finds the hub by this entry, so it has to be there before the first interest.
                await database.SetAddAsync(keys.HubsOf(inbox), hub).ConfigureAwait(false);
                _announcedInbox = inbox;
            }

            return (RedisResult[]?)await Script.EvaluateAsync(
                database,
                batch.Keys(_offset, keys.Owned(hub, inbox), _prefix),
                batch.Arguments(inbox, keys.InboxPrefix, _head)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _inDoubt = exception is RedisTimeoutException;
            Log.CallFailed(logger, hub, batch.MessageCount, exception.GetType().Name, exception.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Redis did not take a batch of hub {Hub} with {Messages} messages ({Reason}); their senders are told. {Detail}")]
        public static partial void CallFailed(ILogger logger, string hub, int messages, string reason, string detail);

        [LoggerMessage(LogLevel.Error, "An operation of hub {Hub} could not be completed.")]
        public static partial void CompletionFailed(ILogger logger, Exception exception, string hub);
    }
}
