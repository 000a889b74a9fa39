using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace WsCluster.Proxy.Balancing;

/// <summary>
/// Power of two choices: of two random nodes, the one with fewer connections. Nearly as even as always taking the emptiest, but
/// several proxies that all know the same reports don't all run to the same node.
/// </summary>
internal sealed class ReportedConnectionsPolicy(NodeLoads loads) : ILoadBalancingPolicy
{
    public const string PolicyName = "ReportedConnections";

    public string Name => PolicyName;

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        var count = availableDestinations.Count;
        if (count < 2)
        {
            return count == 0 ? null : availableDestinations[0];
        }

        var first = Random.Shared.Next(count);
        var second = Random.Shared.Next(count - 1);
        if (second >= first)
        {
            second++;
        }

        var (a, b) = (availableDestinations[first], availableDestinations[second]);
        return loads.ConnectionsOf(a.DestinationId) <= loads.ConnectionsOf(b.DestinationId) ? a : b;
    }
}
