using Microsoft.Extensions.Hosting;

namespace WsCluster.ServiceDefaults.Redis;

/// <summary>The Redis connection by Aspire's client integration; <c>Local/RedisConnectionExtensions.cs</c> is its twin.</summary>
internal static class RedisConnectionExtensions
{
    public static void AddRedisConnection(this IHostApplicationBuilder builder) =>
        builder.AddRedisClient(
            RedisExtensions.ConnectionName,
            settings =>
            {
                // Both ways have the same health check (which never asks Redis per request) and the same spans.
                settings.DisableHealthChecks = true;
                settings.DisableTracing = true;
            },
            RedisExtensions.Tune);
}
