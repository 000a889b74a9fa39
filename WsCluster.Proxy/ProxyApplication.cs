using WsCluster.Proxy.Affinity;
using WsCluster.Proxy.Balancing;
using WsCluster.Proxy.Demo;
using WsCluster.Proxy.Forwarding;
using WsCluster.Proxy.Nodes;
using WsCluster.Proxy.Telemetry;
using WsCluster.ServiceDefaults;

namespace WsCluster.Proxy;

/// <summary>The proxy as a web application: its own <c>/health</c>, <c>/alive</c> and demo page; nearly everything else goes to a node.</summary>
internal static class ProxyApplication
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddProxyServer();
        builder.Services.AddProxyOptions();
        builder.Services.AddSingleton<ProxyMetrics>();
        builder.Services.AddNodes();
        builder.Services.AddBalancing();
        builder.Services.AddForwarding();
        builder.Services.AddDemo();

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapKeptBack();
        var demo = app.MapDemo();
        app.MapReverseProxy(pipeline =>
        {
            // The order matters: a retry chooses anew, by affinity first, then by load, among the nodes that are left.
            pipeline.UseMiddleware<RetryMiddleware>();
            pipeline.UseMiddleware<ConnectionIdAffinityMiddleware>();
            if (demo)
            {
                pipeline.UseMiddleware<NodeHintMiddleware>();
            }

            pipeline.UseSessionAffinity();
            pipeline.UseLoadBalancing();
            pipeline.UseMiddleware<AssignmentMiddleware>();
        });
        return app;
    }
}
