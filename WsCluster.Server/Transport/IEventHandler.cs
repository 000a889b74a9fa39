namespace WsCluster.Server.Transport;

/// <summary>What an <see cref="EventLoop"/> watches.</summary>
internal interface IEventHandler
{
    /// <summary>Something happened to the descriptor. Called on the loop's thread; must not wait.</summary>
    /// <param name="events">EPOLL… flags.</param>
    void OnEvents(uint events);
}
