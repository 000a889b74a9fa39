using WsCluster.ServiceDefaults.Health;

namespace WsCluster.Proxy.Nodes;

internal sealed class ProxyHealthDetails(NodeConfigProvider nodes) : IHealthDetails
{
    public IEnumerable<KeyValuePair<string, object?>> GetDetails() => [new("nodes", nodes.Nodes.Count)];
}
