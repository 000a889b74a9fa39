using WsCluster.LoadTest.Load.Markers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>Hears of every delivery that is right: the first of its message to a member of its group.</summary>
internal interface IDeliveryObserver
{
    /// <summary>A message has reached one member.</summary>
    /// <param name="publisher">Who sent it.</param>
    /// <param name="marker">What it carried.</param>
    /// <param name="now">When it was read, Stopwatch ticks.</param>
    void Delivered(Publisher publisher, in Marker marker, long now);
}
