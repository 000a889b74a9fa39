using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace WsCluster.ServiceDefaults.Redis;

internal static class RedisExtensions
{
    public const string ConnectionName = "redis";

    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.GetConnectionString(ConnectionName);
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new InvalidConfigurationException(
                $"ConnectionStrings:{ConnectionName} is not set. Give the Redis that the cluster shares, in StackExchange.Redis form, " +
                "for example ConnectionStrings__redis=localhost:6379.");
        }

        try
        {
            _ = ConfigurationOptions.Parse(connectionString);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidConfigurationException(
                $"ConnectionStrings:{ConnectionName} is not a StackExchange.Redis connection string: {exception.Message}");
        }

        builder.AddRedisConnection();
        builder.Services.AddSingleton<RedisMonitor>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RedisMonitor>());
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>(ConnectionName);
    }

    /// <summary>What WsCluster needs of the connection, whatever the connection string says of the rest.</summary>
    internal static void Tune(ConfigurationOptions options)
    {
        // By default the client reads and writes on ten threads of its own, which wake each other up for every few bytes: twice the CPU
        // for a message, and half the round trips (docs/performance.md).
        options.SocketManager = SocketManager.ThreadPool;

        // A Redis that isn't there yet is waited for, not died of.
        options.AbortOnConnectFail = false;
        options.ConnectRetry = 1;
        options.ConnectTimeout = 2_000;

        // Without a connection a request fails now: its sender gets the error on the ack and may try again. Queued in the client it
        // would be delivered at some later time, long after its sender was told that it failed.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AsyncTimeout = 2_000;
        options.SyncTimeout = 2_000;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);

        // Seconds; the default of 60 would leave a connection that was cut without a word undetected for longer than a lease.
        options.KeepAlive = 3;
    }
}
