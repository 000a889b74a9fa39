using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace WsCluster.ServiceDefaults.Redis;

/// <summary>The Redis connection without the Aspire packages; <c>Aspire/RedisConnectionExtensions.cs</c> is its twin.</summary>
internal static class RedisConnectionExtensions
{
    public static void AddRedisConnection(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
        {
            var configuration = services.GetRequiredService<IConfiguration>();
            var options = ConfigurationOptions.Parse(configuration.GetConnectionString(RedisExtensions.ConnectionName)!);
            options.LoggerFactory = services.GetRequiredService<ILoggerFactory>();
            RedisExtensions.Tune(options);
            return ConnectionMultiplexer.Connect(options);
        });
}
