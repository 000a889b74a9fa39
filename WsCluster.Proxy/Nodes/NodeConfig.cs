using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace WsCluster.Proxy.Nodes;

/// <summary>YARP's configuration for one set of nodes. Immutable; replaced as a whole when the set changes.</summary>
internal sealed class NodeConfig : IProxyConfig
{
    private readonly CancellationTokenSource _replaced = new();

    public NodeConfig(IReadOnlyDictionary<string, string> addresses)
    {
        Addresses = addresses;
        Routes = [NodeRoute.Route];
        Clusters = [NodeRoute.Cluster(addresses)];
        ChangeToken = new CancellationChangeToken(_replaced.Token);
    }

    /// <summary>Node id → address.</summary>
    public IReadOnlyDictionary<string, string> Addresses { get; }

    public IReadOnlyList<RouteConfig> Routes { get; }

    public IReadOnlyList<ClusterConfig> Clusters { get; }

    public IChangeToken ChangeToken { get; }

    /// <summary>Tells YARP to ask its provider for the next one.</summary>
    public void Replace() => _replaced.Cancel();

    /// <summary>Whether this configuration already is one for <paramref name="addresses"/>.</summary>
    public bool IsFor(Dictionary<string, string> addresses) =>
        addresses.Count == Addresses.Count
        && addresses.All(node => Addresses.TryGetValue(node.Key, out var address) && address == node.Value);
}
