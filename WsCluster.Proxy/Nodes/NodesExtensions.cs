using Microsoft.Extensions.Diagnostics.HealthChecks;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Health;
using Yarp.ReverseProxy.Configuration;

namespace WsCluster.Proxy.Nodes;

internal static class NodesExtensions
{
    public static void AddNodes(this IServiceCollection services)
    {
        services.AddSingleton<ClusterWatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterWatcher>());
        services.AddSingleton<NodeConfigProvider>();
        services.AddSingleton<IProxyConfigProvider>(provider => provider.GetRequiredService<NodeConfigProvider>());
        services.AddSingleton<IHealthDetails, ProxyHealthDetails>();
        services.AddHealthChecks().AddCheck<NodesHealthCheck>("nodes");

        // Without Redis the proxy still knows the nodes and they still have their clients. Taken out of service for it by whoever
        // probes /health, it would turn an outage of Redis into one of everything.
        services.Configure<HealthCheckServiceOptions>(options =>
        {
            foreach (var redis in options.Registrations.Where(check => check.Name == "redis"))
            {
                redis.FailureStatus = HealthStatus.Degraded;
            }
        });
    }
}
