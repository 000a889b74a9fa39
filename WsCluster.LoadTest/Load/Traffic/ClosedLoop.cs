using System.Diagnostics;
using WsCluster.LoadTest.Load.Markers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>Keeps the windows of all publishers full.</summary>
internal sealed class ClosedLoop : IDeliveryObserver
{
    private readonly SendWindow[] _windows;
    private readonly List<SendWindow> _ready = [];
    private bool _stopped;

    /// <param name="publishers">All publishers, in the order of their ids.</param>
    /// <param name="window">Messages that each may have in flight.</param>
    public ClosedLoop(IEnumerable<Publisher> publishers, int window)
    {
        _windows = [.. publishers.Select(publisher => new SendWindow(publisher, window))];
        foreach (var each in _windows)
        {
            Queue(each);
        }
    }

    /// <summary>Sends no more.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Sends what has room since the last round, so that a burst that came in makes one write, not many.</summary>
    public void SendReady()
    {
        if (_stopped || _ready.Count == 0)
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        foreach (var window in _ready)
        {
            window.IsQueued = false;
            window.Fill(now);
        }

        _ready.Clear();
    }

    public void Delivered(Publisher publisher, in Marker marker, long now)
    {
        var window = _windows[publisher.Id];
        if (window.Delivered(marker.Sequence))
        {
            Queue(window);
        }
    }

    private void Queue(SendWindow window)
    {
        if (!window.IsQueued)
        {
            window.IsQueued = true;
            _ready.Add(window);
        }
    }
}
