using System.Diagnostics.Metrics;
using WsCluster.Proxy.Forwarding;
using WsCluster.ServiceDefaults.Telemetry;

namespace WsCluster.Proxy.Telemetry;

/// <summary>The proxy's own metrics; YARP and Kestrel have theirs.</summary>
internal sealed class ProxyMetrics
{
    private readonly Counter<long> _assigned;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _noNode;

    public ProxyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(WsClusterTelemetry.Name);
        _assigned = meter.CreateCounter<long>("wscluster.proxy.assigned", "{connection}", "WebSockets sent to a node.");
        _failures = meter.CreateCounter<long>("wscluster.proxy.failures", "{request}", "Requests that a node refused or did not begin to answer.");
        _retries = meter.CreateCounter<long>("wscluster.proxy.retries", "{request}", "Requests sent to another node after one had failed.");
        _noNode = meter.CreateCounter<long>("wscluster.proxy.no_node", "{request}", "Requests refused because no node takes clients.");
    }

    public void Assigned(string nodeId) => _assigned.Add(1, new KeyValuePair<string, object?>("wscluster.node.id", nodeId));

    public void Failed(string nodeId, NodeFailure failure) => _failures.Add(
        1,
        new KeyValuePair<string, object?>("wscluster.node.id", nodeId),
        new KeyValuePair<string, object?>("error.type", failure.ToString().ToLowerInvariant()));

    public void Retried() => _retries.Add(1);

    public void NoNode() => _noNode.Add(1);
}
