using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Clients;

/// <summary>
/// Closes the clients of a node that is about to stop with 1001, spread over <see cref="NodeOptions.DrainWindow"/>. That is for the sake
/// of the nodes that they go to: without one, nothing is won by waiting, and they are closed at once.
/// </summary>
internal sealed partial class ClientDrain(
    HubDirectory hubs, NodeIdentity node, NodeStatus status, ClusterView view, NodeOptions options, TimeProvider time, ILogger<ClientDrain> logger)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Beyond <see cref="NodeOptions.CloseTimeout"/>, after which a client that did not answer the close frame is cut.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private DrainSchedule? _schedule;
    private bool _over;
    private volatile bool _atOnce;
    private int _closed;

    /// <summary>Takes a client along that came in while the others were told to go.</summary>
    public void Include(ClientConnection connection)
    {
        lock (_gate)
        {
            if (_over)
            {
                Close(connection);
            }
            else
            {
                _schedule?.Add(connection); // Before the schedule is made, the client is in its hub, where the schedule finds it.
            }
        }
    }

    /// <summary>Ends the window: who is left is closed at once.</summary>
    public void Hurry() => _atOnce = true;

    /// <summary>
    /// Closes everybody, and waits until they are gone and what they have sent is with Redis; at most until the window is over and the
    /// last ones have had their time to answer the close frame.
    /// </summary>
    public async Task RunAsync()
    {
        var started = time.GetTimestamp();
        var clients = Schedule();
        Log.Draining(logger, clients, options.DrainWindow);

        long? allTold = null;
        while (true)
        {
            if (!_atOnce && !HasOtherNode())
            {
                Log.NoOtherNode(logger);
                _atOnce = true;
            }

            if (CloseDue())
            {
                allTold ??= time.GetTimestamp();
            }

            if (IsEmpty() || (allTold is { } since && time.GetElapsedTime(since) > options.CloseTimeout + Slack))
            {
                break;
            }

            await Task.Delay(Tick, time);
        }

        Finish();
        Log.Drained(logger, _closed, time.GetElapsedTime(started).TotalSeconds, hubs.All.Sum(hub => hub.ConnectionCount));
    }

    private int Schedule()
    {
        lock (_gate)
        {
            _schedule = new DrainSchedule(options.DrainWindow, time, Random.Shared);
            foreach (var connection in hubs.All.SelectMany(hub => hub.SnapshotConnections()))
            {
                _schedule.Add(connection);
            }

            return _schedule.Count;
        }
    }

    /// <summary>Whether there is a node that clients can go to, as far as this one knows; without Redis it knows nothing soon.</summary>
    private bool HasOtherNode() =>
        status.Registered && view.Current.Nodes.Any(other => other.Node.State == NodeState.Ready && other.Node.NodeId != node.NodeId);

    /// <returns>Whether everybody has been told, so that the time of the last ones begins.</returns>
    private bool CloseDue()
    {
        lock (_gate)
        {
            var all = _atOnce || _schedule!.IsOver;
            while (_schedule!.Take(all) is { } connection)
            {
                Close(connection);
            }

            return all;
        }
    }

    /// <summary>From now on a client that still comes in is closed there and then.</summary>
    private void Finish()
    {
        lock (_gate)
        {
            _over = true;
            while (_schedule!.Take(all: true) is { } connection)
            {
                Close(connection);
            }
        }
    }

    /// <summary>What a client sent without asking for an ack may still be on its way when the client is gone.</summary>
    private bool IsEmpty() => hubs.All.All(hub => hub.ConnectionCount == 0 && hub.Pipeline.IsIdle);

    private void Close(ClientConnection connection) => _closed += connection.Close(ClientClose.Draining) ? 1 : 0;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The node drains: it closes its {Connections} clients within {Window}.")]
        public static partial void Draining(ILogger logger, int connections, TimeSpan window);

        [LoggerMessage(LogLevel.Information, "No other node takes clients, so there is nothing to spread: all are closed at once.")]
        public static partial void NoOtherNode(ILogger logger);

        [LoggerMessage(LogLevel.Information, "The node has closed {Connections} clients in {Seconds:f1} s; {Left} have not gone yet.")]
        public static partial void Drained(ILogger logger, int connections, double seconds, int left);
    }
}
