namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>What an <see cref="EventLoop"/> calls when a descriptor is ready.</summary>
internal interface IReadyHandler
{
    /// <summary>Reads and writes what can be done without waiting.</summary>
    void OnReady(bool readable, bool writable);
}
