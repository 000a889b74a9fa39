using System.Diagnostics;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>Signs of life of all clients, so that no server takes one that only listens for dead.</summary>
/// <param name="loop">The loop.</param>
/// <param name="connections">The clients; more may be added.</param>
internal sealed class Heartbeats(EventLoop loop, IReadOnlyList<ClientConnection> connections)
{
    /// <summary>A slice of the connections at a time: all at once would be a burst that others wait behind.</summary>
    private const int Slices = 100;

    /// <summary>Well below what any peer waits for a sign of life (SignalR: 30 s).</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly long IntervalTicks = (long)(Interval.TotalSeconds * Stopwatch.Frequency);

    private int _slice;

    /// <summary>Begins, after one interval.</summary>
    public void Start() => loop.Schedule(Stopwatch.GetTimestamp() + IntervalTicks, Beat);

    private void Beat()
    {
        for (var i = _slice; i < connections.Count; i += Slices)
        {
            connections[i].Beat();
        }

        _slice = (_slice + 1) % Slices;
        loop.Schedule(Stopwatch.GetTimestamp() + IntervalTicks / Slices, Beat);
    }
}
