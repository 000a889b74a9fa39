using WsCluster.LoadTest.Load.Markers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>Takes the markers that subscribers find.</summary>
internal interface IMarkerSink
{
    /// <summary>A marker has come.</summary>
    /// <param name="subscriber">Where.</param>
    /// <param name="marker">The marker.</param>
    /// <param name="now">When it was read, Stopwatch ticks.</param>
    void Found(Subscriber subscriber, in Marker marker, long now);
}
