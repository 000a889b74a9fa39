using Microsoft.Extensions.Options;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Cluster;

/// <summary>
/// The node's life in the cluster: registers, enters its interest, becomes ready, renews its lease, cleans up after nodes that died,
/// registers anew when its own lease was lost, drains, and leaves.
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
    InboxProbe probe,
    NodeLease lease,
    HubDirectory hubs,
    HubLog log,
    LoadMeter load,
    ClientDrain drain,
    IOptions<ClusterOptions> clusterOptions,
    NodeOptions options,
    TimeProvider time,
    ILogger<NodeLifetime> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan ProbePoll = TimeSpan.FromMilliseconds(5);

    private readonly HashSet<string> _cleaning = [];
    private readonly List<string> _lostInboxes = [];
    private Task<bool>? _entering;
    private string? _registeredInbox;
    private long _lastRenewal;
    private long _steadySince;
    private bool _advance;
    private bool _hears;
    private bool _reportedFailure;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await inbox.UnsubscribeAsync();
            if (_registeredInbox is not null)
            {
                await hubs.FlushAsync(cancellationToken);
                await registry.LeaveAsync(_registeredInbox, NodeCleaner.Time);
                await cleaner.CleanAsync(_registeredInbox, hubs.All.Select(hub => hub.Name));
            }

            Log.Left(logger, node.NodeId);
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            // The lease runs out by itself, and another node cleans up.
            Log.CannotLeave(logger, node.NodeId, exception.GetType().Name);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await address.WaitAsync(stoppingToken);

        while (!stoppingToken.IsCancellationRequested)
        {
            var delay = clusterOptions.Value.HeartbeatInterval;
            await _registering.WaitAsync(CancellationToken.None);
            try
            {
                if (_registeredInbox is null)
                {
                    await RegisterAsync();
                }
                else
                {
                    await RenewAsync();
                    await ResubscribeAsync();
                }

                // A node that has nothing (more) to enter becomes ready at once, not with its next heartbeat.
                delay = _entering is { IsCompletedSuccessfully: true, Result: true } ? TimeSpan.Zero : ClusterWatcher.NextRead(view.Current, delay);
                _reportedFailure = false;
            }
            catch (Exception exception) when (exception.IsRedisFailure())
            {
                status.Registered &= time.GetElapsedTime(_lastRenewal) < clusterOptions.Value.LeaseDuration;
                if (!_reportedFailure)
                {
                    Log.CannotRenew(logger, exception.GetType().Name);
                    _reportedFailure = true;
                }
            }
            finally
            {
                _registering.Release();
            }

            ProbeInbox();
            hubs.Sweep(options.GroupLinger);
            log.Sweep();
            requests.Sweep();
            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RegisterAsync()
    {
        status.Change(from: NodeState.Ready, to: NodeState.Joining);

        // Heard before it is used: from the change on, interest is entered under the new inbox and joins are acked for it.
        await inbox.SubscribeAsync(_advance ? node.NextInbox : node.Inbox);
        if (_advance)
        {
            node.NextGeneration();
            _advance = false;
        }

        var record = Record();
        var sent = time.GetTimestamp();
        view.Current = await registry.RegisterAsync(record);
        _registeredInbox = node.Inbox;
        _steadySince = time.GetTimestamp();
        Renewed(sent);
        Log.Registered(logger, node.Inbox, record.Address);
        _entering = EnterAsync();
    }

    /// <summary>Enters the interest of all hubs; empty at the start, everything after a lost lease.</summary>
    private async Task<bool> EnterAsync()
    {
        var inbox = node.Inbox;
        var entered = await Task.WhenAll(hubs.All.Select(hub => hub.RegisterAllAsync()));
        if (!entered.All(success => success) || inbox != node.Inbox)
        {
            return false;
        }

        // Now the inbox may be read, and clients may come when it is heard.
        lease.Enter();
        var began = time.GetTimestamp();
        probe.Send();
        while (!probe.IsHeard && time.GetElapsedTime(began) < clusterOptions.Value.HeartbeatInterval)
        {
            await Task.Delay(ProbePoll, time);
        }

        return probe.IsHeard;
    }

    private async Task RenewAsync()
    {
        if (_entering is { IsCompleted: true })
        {
            var entered = await _entering;
            _entering = entered ? null : EnterAsync();
            if (entered && status.Change(from: NodeState.Joining, to: NodeState.Ready))
            {
                Log.Ready(logger, node.Inbox);
            }

            if (entered)
            {
                CleanLostInboxes();
            }
        }

        var stateBefore = view.Current.Find(node.NodeId)?.State;
        var sent = time.GetTimestamp();
        var (held, snapshot) = await registry.RenewAsync(Record());
        if (!held)
        {
            lease.Lose();
            Log.LeaseLost(logger, node.Inbox);
            _registeredInbox = null;
            _advance = true;
            status.Registered = false;
            _lostInboxes.Add(node.Inbox);
            await RegisterAsync();
            return;
        }

        view.Current = snapshot;
        Renewed(sent);
        if (stateBefore != status.State)
        {
            await registry.AnnounceAsync();
        }

        // After an outage of Redis everybody's lease has run out, and whoever comes back first must not declare the others dead that
        // are just about to renew theirs.
        if (time.GetElapsedTime(_steadySince) < clusterOptions.Value.LeaseDuration)
        {
            return;
        }

        foreach (var expired in snapshot.Expired)
        {
            StartCleaning(expired, () => cleaner.TryCleanAsync(expired, node.Inbox));
        }
    }

    private void Renewed(long sent)
    {
        lease.Renewed(sent);
        if (time.GetElapsedTime(_lastRenewal) > clusterOptions.Value.LeaseDuration / 2)
        {
            _steadySince = time.GetTimestamp();
        }

        _lastRenewal = time.GetTimestamp();
        status.Registered = true;
    }

    /// <summary>Subscribes once more to an inbox of which the client has lost the subscription for good. What was missed is in the logs.</summary>
    private async Task ResubscribeAsync()
    {
        if (probe.IsHeard || _registeredInbox is not { } registered || inbox.IsSubscribed(registered))
        {
            return;
        }

        try
        {
            await inbox.SubscribeAsync(registered);
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            // The inbox stays unheard, which is reported; the next heartbeat tries again.
        }
    }

    /// <summary>Sends the next probe, and says what has become of the last ones.</summary>
    private void ProbeInbox()
    {
        if (_registeredInbox is null)
        {
            return;
        }

        probe.Send();
        var hears = probe.IsHeard;
        if (_hears && !hears)
        {
            Log.InboxCut(logger, node.Inbox);
        }
        else if (!_hears && hears)
        {
            Log.InboxHeard(logger, node.Inbox);
        }

        _hears = hears;
    }

    /// <summary>
    /// Whoever declared an earlier generation dead cleans up after it, but a call of ours that was under way may have come after that,
    /// or Redis may have lost where to look. By now all calls go out under the new inbox.
    /// </summary>
    private void CleanLostInboxes()
    {
        foreach (var lost in _lostInboxes)
        {
            StartCleaning(lost, () => cleaner.CleanAsync(lost, hubs.All.Select(hub => hub.Name)));
        }

        _lostInboxes.Clear();
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
            catch (Exception exception) when (exception.IsRedisFailure())
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
