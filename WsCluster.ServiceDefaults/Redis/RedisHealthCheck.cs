using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WsCluster.ServiceDefaults.Redis;

/// <summary>Healthy while the last ping of <see cref="RedisMonitor"/> was answered; asks Redis nothing itself.</summary>
internal sealed class RedisHealthCheck(RedisMonitor monitor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(monitor.Error is { } error ? new HealthCheckResult(context.Registration.FailureStatus, error) : HealthCheckResult.Healthy());
}
