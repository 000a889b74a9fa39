using Microsoft.AspNetCore.Connections;

namespace WsCluster.Server.Transport;

internal static class TransportExtensions
{
    /// <summary>Kestrel asks the last one added first.</summary>
    public static void AddTransport(this IServiceCollection services)
    {
        services.AddSingleton<EventLoops>();
        services.AddSingleton<IConnectionListenerFactory, EpollTransport>();
    }
}
