using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>
/// Keeps a recent copy of the registry for a process that is no node (the proxy). Reads it once a heartbeat, at the moment a lease
/// would run out, and at once when a change is announced. While Redis is away it keeps what it knew last: nodes still run then.
/// </summary>
public sealed partial class ClusterWatcher(
    NodeRegistry registry,
    IConnectionMultiplexer connection,
    ClusterKeys keys,
    IOptions<ClusterOptions> options,
    TimeProvider time,
    ILogger<ClusterWatcher> logger) : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0, 1);
    private bool _subscribed;
    private volatile ClusterSnapshot _current = ClusterSnapshot.Empty;

    /// <summary>The last copy.</summary>
    public ClusterSnapshot Current => _current;

    /// <summary>Raised on the watcher's own thread after every read.</summary>
    public event Action<ClusterSnapshot>? Read;

    /// <summary>Raised on the watcher's own thread after a read that Redis did not answer.</summary>
    public event Action? Missed;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var delay = options.Value.HeartbeatInterval;
            if (await TryReadAsync() is { } snapshot)
            {
                _current = snapshot;
                delay = NextRead(snapshot, delay);
                Tell(snapshot);
            }

            await WaitAsync(delay, stoppingToken);
        }
    }

    private async Task<ClusterSnapshot?> TryReadAsync()
    {
        try
        {
            if (!_subscribed)
            {
                await SubscribeAsync();
                _subscribed = true;
            }

            return await registry.ReadAsync();
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            Log.CannotRead(logger, exception.GetType().Name);
            Missed?.Invoke();
        }
        catch (Exception exception)
        {
            // A registry that is none. Ended here, the process would never hear of the cluster again.
            Log.ReadFailed(logger, exception);
        }

        return null;
    }

    private void Tell(ClusterSnapshot snapshot)
    {
        try
        {
            Read?.Invoke(snapshot);
        }
        catch (Exception exception)
        {
            Log.ReadFailed(logger, exception); // A reader's bug; the next read may go well.
        }
    }

    /// <summary>When to read again: after a heartbeat's time, or as soon as the first lease can have run out.</summary>
    public static TimeSpan NextRead(ClusterSnapshot snapshot, TimeSpan heartbeat)
    {
        var slack = TimeSpan.FromMilliseconds(20);
        return snapshot.FirstExpiry is { } expiry && expiry + slack < heartbeat ? expiry + slack : heartbeat;
    }

    private async Task SubscribeAsync()
    {
        var subscriber = connection.GetSubscriber();
        try
        {
            await subscriber.SubscribeAsync(keys.Changes, (_, _) => Wake());
        }
        catch
        {
            // The client keeps the handler even of a subscription that failed; the next attempt would add another.
            _ = subscriber.UnsubscribeAsync(keys.Changes, null, CommandFlags.FireAndForget);
            throw;
        }
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken stoppingToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var woken = _wake.WaitAsync(wait.Token);
        await Task.WhenAny(woken, Task.Delay(delay, time, wait.Token));
        await wait.CancelAsync();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The registry could not be read ({Reason}); going on with what is known.")]
        public static partial void CannotRead(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "What the registry says could not be taken over.")]
        public static partial void ReadFailed(ILogger logger, Exception exception);
    }
}
