using WsCluster.LoadTest.Load.Markers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>Hears of every delivery that is right: the first of its message to a member of its group.</summary>
internal interface IDeliveryObserver
{
    /// <summary>A message has reached one member.</summary>
    void Delivered(Subscriber subscriber, Publisher publisher, in Marker marker);
}
