using System.Diagnostics;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>
/// Publishes at a fixed rate, whatever comes back. Each message carries the time at which it was due: if the generator or the socket is
/// late, that is part of the latency, and not left out (no coordinated omission).
/// </summary>
/// <param name="loop">The loop.</param>
/// <param name="publishers">Take turns.</param>
/// <param name="rate">Messages a second, over all of them.</param>
internal sealed class OpenLoop(EventLoop loop, IReadOnlyList<Publisher> publishers, int rate)
{
    private readonly double _interval = (double)Stopwatch.Frequency / rate;
    private long _start;
    private long _count;
    private bool _stopped;

    private long NextDue => _start + (long)(_count * _interval);

    /// <summary>Begins.</summary>
    public void Start()
    {
        _start = Stopwatch.GetTimestamp();
        PublishDue();
    }

    /// <summary>Sends no more.</summary>
    public void Stop() => _stopped = true;

    private void PublishDue()
    {
        if (_stopped)
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        while (NextDue <= now)
        {
            publishers[(int)(_count % publishers.Count)].PublishNow(NextDue);
            _count++;
        }

        loop.Schedule(NextDue, PublishDue);
    }
}
