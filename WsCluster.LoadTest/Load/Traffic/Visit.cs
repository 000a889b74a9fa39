using System.Diagnostics;
using WsCluster.LoadTest.Load.Markers;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>
/// One client that comes and goes. It has to get every message that was sent after it was told that it is a member, and before it
/// wanted to go; those that were under way when it joined may come or not.
/// </summary>
/// <param name="loop">The loop.</param>
/// <param name="traffic">Sends what it gets.</param>
/// <param name="group">The group that it joins.</param>
/// <param name="visits">Counts it.</param>
/// <param name="due">When it was due to come, Stopwatch ticks.</param>
internal sealed class Visit(EventLoop loop, MessageTraffic traffic, Group group, Visits visits, long due) : IMarkerSink
{
    /// <summary>How long what is missing may still come after a client wanted to go, and how long its opening may take then.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A line for each publisher; the first message that it has to get is number 0 there.</summary>
    private readonly SequenceLedger _ledger = new();

    private Subscriber? _client;
    private uint[] _first = [];
    private uint[]? _until;
    private long _misdirected;
    private bool _over;

    /// <summary>Connects and joins.</summary>
    public void Begin(IPeer peer, int node)
    {
        _ledger.AddLines(group.Lanes);
        _client = Subscriber.Create(loop, peer.Endpoints[node % peer.Endpoints.Count], peer.Protocol, group, firstLine: 0, this);
        _client.Opened = opened =>
        {
            if (opened.Failure is null)
            {
                _first = Sent();
                visits.Joined(this, due);
            }
            else
            {
                End(opened.Failure);
            }
        };
        _client.Ended = ended => End(ended.Failure);
        _client.Start();
    }

    /// <summary>Goes, as soon as it has everything.</summary>
    public void Leave()
    {
        _until ??= _client!.IsOpen ? Sent() : [];
        if (_client!.IsOpen && Missing() == 0)
        {
            End(failure: null);
        }
        else
        {
            loop.Schedule(
                Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency),
                () => End(_client.IsOpen ? null : $"{_client.Endpoint} did not let a client join in time."));
        }
    }

    public void Found(Subscriber subscriber, in Marker marker, long now)
    {
        if (_over)
        {
            return;
        }

        if (traffic.PublisherOf(marker, group) is not { } publisher)
        {
            _misdirected++;
            return;
        }

        if (marker.Sequence >= _first[publisher.Lane] && _ledger.Observe(publisher.Lane, marker.Sequence - _first[publisher.Lane]))
        {
            visits.Delivered(marker.Time, now);
        }

        if (_until is not null && Missing() == 0)
        {
            End(failure: null);
        }
    }

    private uint[] Sent() => [.. group.Publishers.Select(publisher => publisher.Sent)];

    private long Missing() => _until!.Select((until, lane) => _ledger.Missing(lane, until - _first[lane])).Sum();

    private void End(string? failure)
    {
        if (_over)
        {
            return;
        }

        _over = true;
        _client!.Dispose();
        var lost = failure is null ? Missing() : 0;
        visits.Left(
            this,
            new Integrity(lost, _ledger.Repeated, _ledger.Reordered, _misdirected, failure is null ? 0 : 1) { FirstDisconnect = failure });
    }
}
