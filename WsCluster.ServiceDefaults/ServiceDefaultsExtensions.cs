using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Health;
using WsCluster.ServiceDefaults.Hosting;
using WsCluster.ServiceDefaults.Redis;
using WsCluster.ServiceDefaults.Telemetry;

namespace WsCluster.ServiceDefaults;

/// <summary>What every WsCluster process has in common: telemetry, health, resilience, service discovery, Redis.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Adds OpenTelemetry (OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set), health checks, HTTP resilience, service discovery,
    /// the Redis client (<c>ConnectionStrings:redis</c>) and the cluster's registry.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });

        builder.AddRedis();
        builder.AddNodeRegistry();
        builder.AddHealth();
        builder.AddParentWatch();

        return builder;
    }

    /// <summary>Maps <c>GET /health</c> (readiness, JSON) and <c>GET /alive</c> (liveness, plain text).</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        return app;
    }
}
