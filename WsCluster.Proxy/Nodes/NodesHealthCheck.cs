using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WsCluster.Proxy.Nodes;

/// <summary>Unhealthy while there is no node to send a client to.</summary>
internal sealed class NodesHealthCheck(NodeConfigProvider nodes) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(nodes.Nodes.Count > 0
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, "No node takes clients."));
}
