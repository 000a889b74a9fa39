using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WsCluster.Server.Cluster;

/// <summary>Healthy while the node takes clients.</summary>
internal sealed class NodeHealthCheck(NodeStatus status) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(status.TakesClients
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(
                !status.Registered ? "The node holds no lease in the cluster."
                : !status.Hears ? "The node does not hear its inbox."
                : $"The node is {status.State}."));
}
