using System.Collections.Concurrent;
using WsCluster.Server.Clients.WebSockets;

namespace WsCluster.Server.Clients;

/// <summary>
/// Pings clients and closes those that show no sign of life. One loop for all of them: a timer for each would be paid for by
/// connections that do nothing.
/// </summary>
internal sealed class KeepAlive(NodeOptions options) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClientConnection, Watched> _watched = new();

    /// <summary>Watches a connection until the result is disposed.</summary>
    public IDisposable Watch(ClientConnection connection, UpgradedStream stream)
    {
        var watched = new Watched(this, connection, stream);
        _watched[connection] = watched;
        return watched;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // A stop is no failure; an exception would be reported as one where the host has not even started.
            await Task.Delay(Tick, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            var now = Environment.TickCount64;
            foreach (var (_, watched) in _watched)
            {
                watched.Check(now, (long)options.PingInterval.TotalMilliseconds);
            }
        }
    }

    private sealed class Watched(KeepAlive owner, ClientConnection connection, UpgradedStream stream) : IDisposable
    {
        private long _lastPing = Environment.TickCount64;
        private bool _pinged;

        public void Check(long now, long interval)
        {
            if (now - _lastPing < interval)
            {
                return;
            }

            if (_pinged && stream.LastRead < _lastPing && !connection.IsHeldBack)
            {
                connection.Close(connection.Session is null ? ClientClose.PingTimeout : ClientClose.PingTimeoutOfSession);
                return;
            }

            _pinged = true;
            _lastPing = now;
            connection.Send(WebSocketFrame.Ping);
            connection.Outbound.Flush();
        }

        public void Dispose() => owner._watched.TryRemove(connection, out _);
    }
}
