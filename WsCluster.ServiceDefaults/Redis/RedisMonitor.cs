using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace WsCluster.ServiceDefaults.Redis;

/// <summary>
/// Measures the round trip to Redis once a second, so that health answers need no Redis call of their own, and says in the log when
/// Redis is lost and when it is back.
/// </summary>
public sealed partial class RedisMonitor(
    IConnectionMultiplexer connection, IConfiguration configuration, TimeProvider time, ILogger<RedisMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _endpoints = DescribeEndpoints(configuration);
    private volatile Measurement _last = new(null, "Redis was not asked yet.");

    /// <summary>Round trip of the last ping; null while Redis does not answer.</summary>
    public TimeSpan? RoundTrip => _last.RoundTrip;

    /// <summary>Why Redis does not answer; null while it does.</summary>
    public string? Error => _last.Error;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var reported = false;
        do
        {
            try
            {
                var roundTrip = await connection.GetDatabase().PingAsync();
                if (reported)
                {
                    Log.Back(logger, _endpoints);
                    reported = false;
                }

                _last = new Measurement(roundTrip, null);
            }
            catch (Exception exception)
            {
                // A connection that breaks while it is made lets more than RedisException out (InvalidOperationException of its pipe, seen
                // on a machine under heavy load), and an exception that gets out of here ends the process.
                _last = new Measurement(null, $"Redis at {_endpoints} does not answer.");
                if (!reported && !stoppingToken.IsCancellationRequested)
                {
                    Log.Lost(logger, _endpoints, exception.GetType().Name);
                    reported = true;
                }
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static string DescribeEndpoints(IConfiguration configuration)
    {
        // The connection string itself may hold a password; the endpoints don't.
        var options = ConfigurationOptions.Parse(configuration.GetConnectionString(RedisExtensions.ConnectionName)!);
        return string.Join(", ", options.EndPoints.Select(endpoint => endpoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : endpoint.ToString()));
    }

    private sealed record Measurement(TimeSpan? RoundTrip, string? Error);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Redis at {Endpoints} does not answer ({Reason}). Is it running, and is ConnectionStrings:redis right? Trying again every second.")]
        public static partial void Lost(ILogger logger, string endpoints, string reason);

        [LoggerMessage(LogLevel.Information, "Redis at {Endpoints} answers again.")]
        public static partial void Back(ILogger logger, string endpoints);
    }
}
