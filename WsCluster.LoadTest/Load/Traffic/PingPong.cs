using System.Diagnostics;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>
/// Answers every call with a message that carries the call's time, and every answer with the next call. The traffic's publishers are
/// pairs: a caller with an even id, and the next one, which answers.
/// </summary>
internal sealed class PingPong(MessageTraffic traffic) : IDeliveryObserver
{
    private bool _stopped;

    /// <summary>Answers that have come back.</summary>
    public long RoundTrips { get; private set; }

    /// <summary>Times from a call to its answer.</summary>
    public LatencyRecorder Latency { get; } = new();

    /// <summary>Makes the first call of every pair.</summary>
    public void Start()
    {
        for (var id = 0; id < traffic.Publishers.Count; id += 2)
        {
            traffic.Publishers[id].PublishNow(Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Calls no more.</summary>
    public void Stop() => _stopped = true;

    public void Delivered(Publisher publisher, in Marker marker, long now)
    {
        var other = traffic.Publishers[publisher.Id ^ 1];
        var isAnswer = publisher.Id % 2 == 1;
        if (!isAnswer)
        {
            other.PublishNow(marker.Time);
            return;
        }

        RoundTrips++;
        Latency.Record(marker.Time, now);
        if (!_stopped)
        {
            other.PublishNow(now);
        }
    }
}
