using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Cluster;

/// <summary>
/// The node's life in the cluster: registers, enters its interest, becomes ready, renews its lease, cleans up after nodes that died,
/// registers anew when its own lease was lost, and leaves.
/// </summary>
internal sealed partial class NodeLifetime(
    NodeIdentity node,
    NodeAddress address,
    NodeStatus status,
    NodeRegistry registry,
    NodeCleaner cleaner,
    NodeRequests requests,
    ClusterView view,
    InboxReader inbox,
    HubDirectory hubs,
    LoadMeter load,
    ClientDrain drain,
    IOptions<ClusterOptions> clusterOptions,
    NodeOptions options,
    IHostApplicationLifetime host,
    TimeProvider time,
    ILogger<NodeLifetime> logger) : BackgroundService
{
    private readonly HashSet<string> _cleaning = [];
    private Task<bool>? _entering;
    private Task _draining = Task.CompletedTask;
    private string? _registeredInbox;
    private long _lastRenewal;
    private bool _reportedFailure;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _draining;
        await base.StopAsync(cancellationToken);
        try
        {
            await inbox.UnsubscribeAsync();
            if (_registeredInbox is not null)
            {
                await registry.LeaveAsync(_registeredInbox, NodeCleaner.Time);
                await cleaner.CleanAsync(_registeredInbox);
            }

            Log.Left(logger, node.NodeId);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // The lease runs out by itself, and another node cleans up.
            Log.CannotLeave(logger, node.NodeId, exception.GetType().Name);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await address.WaitAsync(stoppingToken);
        host.ApplicationStopping.Register(() => _draining = DrainAsync());

        while (!stoppingToken.IsCancellationRequested)
        {
            var delay = clusterOptions.Value.HeartbeatInterval;
            try
            {
                if (_registeredInbox is null)
                {
                    await RegisterAsync();
                }
                else
                {
                    await RenewAsync();
                }

                // A node that has nothing (more) to enter becomes ready at once, not with its next heartbeat.
                delay = _entering is { IsCompletedSuccessfully: true, Result: true } ? TimeSpan.Zero : ClusterWatcher.NextRead(view.Current, delay);
                _reportedFailure = false;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                status.Registered &= time.GetElapsedTime(_lastRenewal) < clusterOptions.Value.LeaseDuration;
                if (!_reportedFailure)
                {
                    Log.CannotRenew(logger, exception.GetType().Name);
                    _reportedFailure = true;
                }
            }

            foreach (var hub in hubs.All)
            {
                hub.Sweep(options.GroupLinger);
            }

            requests.Sweep();
            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RegisterAsync()
    {
        if (status.State == NodeState.Ready)
        {
            status.State = NodeState.Joining;
        }

        await inbox.SubscribeAsync(node.Inbox);
        var record = Record();
        view.Current = await registry.RegisterAsync(record);
        _registeredInbox = node.Inbox;
        Renewed();
        Log.Registered(logger, node.Inbox, record.Address);
        _entering = EnterAsync();
    }

    /// <summary>Enters the interest of all hubs; empty at the start, everything after a lost lease.</summary>
    private async Task<bool> EnterAsync()
    {
        var entered = await Task.WhenAll(hubs.All.Select(hub => hub.RegisterAllAsync()));
        return entered.All(success => success);
    }

    private async Task RenewAsync()
    {
        if (_entering is { IsCompleted: true })
        {
            var entered = await _entering;
            _entering = entered ? null : EnterAsync();
            if (entered && status.State == NodeState.Joining)
            {
                status.State = NodeState.Ready;
                Log.Ready(logger, node.Inbox);
            }
        }

        var stateBefore = view.Current.Find(node.NodeId)?.State;
        var (held, snapshot) = await registry.RenewAsync(Record());
        if (!held)
        {
            Log.LeaseLost(logger, node.Inbox);
            _registeredInbox = null;
            status.Registered = false;
            var old = node.Inbox;
            node.NextGeneration();

            // Whoever declared this generation dead cleans up after it, but a call that was under way may come after that.
            StartCleaning(old, () => cleaner.CleanAsync(old));
            await RegisterAsync();
            return;
        }

        view.Current = snapshot;
        Renewed();
        if (stateBefore != status.State)
        {
            await registry.AnnounceAsync();
        }

        foreach (var expired in snapshot.Expired)
        {
            StartCleaning(expired, () => cleaner.TryCleanAsync(expired));
        }
    }

    private void Renewed()
    {
        _lastRenewal = time.GetTimestamp();
        status.Registered = true;
    }

    /// <summary>Cleans up beside the heartbeat, which a large clean-up must not hold up.</summary>
    private void StartCleaning(string name, Func<Task> clean)
    {
        lock (_cleaning)
        {
            if (!_cleaning.Add(name))
            {
                return;
            }
        }

        _ = Task.Run(async () =>
        {
            try
            {
                await clean();
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The claim runs out, and whoever notices first claims anew.
                Log.CannotClean(logger, name, exception.GetType().Name);
            }
            finally
            {
                lock (_cleaning)
                {
                    _cleaning.Remove(name);
                }
            }
        });
    }

    private async Task DrainAsync()
    {
        status.State = NodeState.Draining;
        try
        {
            if (_registeredInbox is not null)
            {
                await registry.RenewAsync(Record());
                await registry.AnnounceAsync();
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            Log.CannotRenew(logger, exception.GetType().Name);
        }

        await drain.CloseAllAsync();
    }

    private NodeRecord Record()
    {
        var (measured, perHub) = load.Measure();
        return new NodeRecord
        {
            NodeId = node.NodeId,
            Generation = node.Generation,
            Address = address.Value,
            State = status.State,
            StartedAt = node.StartedAt,
            Load = measured,
            Hubs = perHub,
        };
    }
}
