using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients;

/// <summary>Closes all clients of a node that is about to stop.</summary>
internal sealed partial class ClientDrain(HubDirectory hubs, NodeOptions options, TimeProvider time, ILogger<ClientDrain> logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Closes everybody with 1001 and waits until they are gone, at most as long as a close may take.</summary>
    public async Task CloseAllAsync()
    {
        var started = time.GetTimestamp();
        var deadline = options.CloseTimeout + TimeSpan.FromSeconds(1);
        var closed = 0;
        while (true)
        {
            var left = hubs.All.SelectMany(hub => hub.SnapshotConnections()).ToArray();
            if (left.Length == 0 || time.GetElapsedTime(started) > deadline)
            {
                break;
            }

            foreach (var connection in left)
            {
                closed += connection.Close(ClientClose.Draining) ? 1 : 0;
            }

            await Task.Delay(Poll, time);
        }

        Log.Drained(logger, closed);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Closed {Connections} clients, since the node is about to stop.")]
        public static partial void Drained(ILogger logger, int connections);
    }
}
