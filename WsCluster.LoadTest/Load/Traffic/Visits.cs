using System.Diagnostics;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>Clients that come at a fixed rate, join a group, stay a while and go again.</summary>
/// <param name="loop">The loop.</param>
/// <param name="peer">Where they come to.</param>
/// <param name="traffic">Sends what they get; their latencies are added to its own.</param>
/// <param name="group">The group.</param>
/// <param name="rate">Clients a second; 0 for none.</param>
internal sealed class Visits(EventLoop loop, IPeer peer, MessageTraffic traffic, Group group, int rate)
{
    /// <summary>How long a client stays.</summary>
    public static readonly TimeSpan Stay = TimeSpan.FromSeconds(2);

    private readonly HashSet<Visit> _present = [];
    private long _start;
    private int _count;
    private bool _stopped;

    /// <summary>Messages that reached clients that came, and that were sent while they were members.</summary>
    public long Deliveries { get; private set; }

    /// <summary>Times from when a client was due to come until it was told that it is a member.</summary>
    public LatencyRecorder JoinTime { get; } = new();

    /// <summary>What was wrong with the visits that are over.</summary>
    public Integrity Integrity { get; private set; } = Integrity.Clean;

    private long NextDue => _start + _count * Stopwatch.Frequency / rate;

    /// <summary>Begins.</summary>
    public void Start()
    {
        if (rate > 0)
        {
            _start = Stopwatch.GetTimestamp();
            AdmitDue();
        }
    }

    /// <summary>Nobody comes any more, who is there goes; waits for that.</summary>
    public void Stop()
    {
        _stopped = true;
        foreach (var visit in _present.ToArray())
        {
            visit.Leave();
        }

        loop.Run(() => _present.Count == 0, 2 * Visit.Patience);
    }

    /// <summary>A client has become a member.</summary>
    public void Joined(Visit visit, long due)
    {
        var now = Stopwatch.GetTimestamp();
        JoinTime.Record(due, now);
        if (_stopped)
        {
            visit.Leave();
        }
        else
        {
            loop.Schedule(now + (long)(Stay.TotalSeconds * Stopwatch.Frequency), visit.Leave);
        }
    }

    /// <summary>A client has got a message.</summary>
    public void Delivered(long sent, long now)
    {
        Deliveries++;
        traffic.Latency.Record(sent, now);
    }

    /// <summary>A client has gone.</summary>
    public void Left(Visit visit, Integrity integrity)
    {
        _present.Remove(visit);
        Integrity = Integrity.Plus(integrity);
    }

    private void AdmitDue()
    {
        if (_stopped)
        {
            return;
        }

        for (var now = Stopwatch.GetTimestamp(); NextDue <= now; _count++)
        {
            var visit = new Visit(loop, traffic, group, this, NextDue);
            _present.Add(visit);
            visit.Begin(peer, node: _count);
        }

        loop.Schedule(NextDue, AdmitDue);
    }
}
