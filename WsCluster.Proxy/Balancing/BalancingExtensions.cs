using Yarp.ReverseProxy.LoadBalancing;

namespace WsCluster.Proxy.Balancing;

internal static class BalancingExtensions
{
    public static void AddBalancing(this IServiceCollection services)
    {
        services.AddSingleton<NodeLoads>();
        services.AddSingleton<ILoadBalancingPolicy, ReportedConnectionsPolicy>();
    }
}
