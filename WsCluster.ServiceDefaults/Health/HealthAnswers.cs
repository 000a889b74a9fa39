using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.ServiceDefaults.Health;

/// <summary>
/// Answers of <c>/health</c>, ready to be sent. One is made when the last is a tenth of a second old, however many ask: balancers,
/// orchestrators and pages ask all the time, and checks, memory reading and JSON cost twenty times what sending costs.
/// </summary>
internal sealed class HealthAnswers(
    HealthCheckService health, RedisMonitor redis, IServiceProvider services, IOptions<JsonOptions> json, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(100);

    private static readonly DateTime Started = ReadStartTime();

    private readonly Lock _gate = new();
    private Task<Prepared>? _making;
    private volatile Prepared? _last;

    /// <summary>The answer; at most a tenth of a second old.</summary>
    public ValueTask<Prepared> GetAsync()
    {
        if (_last is { } last && time.GetElapsedTime(last.Timestamp) < MaxAge)
        {
            return new ValueTask<Prepared>(last);
        }

        lock (_gate)
        {
            return new ValueTask<Prepared>(_making ??= Task.Run(MakeAsync));
        }
    }

    private static DateTime ReadStartTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }

    private async Task<Prepared> MakeAsync()
    {
        try
        {
            var timestamp = time.GetTimestamp();
            var report = await health.CheckHealthAsync(CancellationToken.None);
            var details = services.GetService<IHealthDetails>()?.GetDetails() ?? [];
            var answer = new HealthAnswer(
                report.Status.ToString(),
                (long)(time.GetUtcNow() - Started).TotalSeconds,
                redis.RoundTrip is { } roundTrip ? Math.Round(roundTrip.TotalMilliseconds, 3) : null,
                report.Entries.ToDictionary(entry => entry.Key, entry => new CheckAnswer(entry.Value.Status.ToString(), entry.Value.Description)))
            {
                Details = details.ToDictionary(detail => detail.Key, detail => detail.Value),
            };
            var status = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            return _last = new Prepared(timestamp, status, JsonSerializer.SerializeToUtf8Bytes(answer, json.Value.SerializerOptions));
        }
        finally
        {
            lock (_gate)
            {
                _making = null;
            }
        }
    }

    /// <summary>An answer.</summary>
    /// <param name="Timestamp">When it was made.</param>
    /// <param name="StatusCode">200 or 503.</param>
    /// <param name="Body">JSON.</param>
    internal sealed record Prepared(long Timestamp, int StatusCode, byte[] Body);
}
