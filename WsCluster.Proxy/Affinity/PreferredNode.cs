namespace WsCluster.Proxy.Affinity;

internal static class PreferredNode
{
    /// <summary>Leaves a request only one node to go to, if that node is among those that it may go to; else changes nothing.</summary>
    public static void PreferNode(this HttpContext context, string nodeId)
    {
        var proxy = context.GetReverseProxyFeature();
        foreach (var destination in proxy.AvailableDestinations)
        {
            if (destination.DestinationId.Equals(nodeId, StringComparison.OrdinalIgnoreCase))
            {
                proxy.AvailableDestinations = destination;
                break;
            }
        }
    }
}
