namespace WsCluster.Proxy.Forwarding;

internal static class KeptBackExtensions
{
    /// <summary>
    /// Keeps orders to nodes (<c>POST /cluster/nodes/{id}:drain</c>) from going through: nodes ask nobody who he is, and the proxy is open to
    /// the world. An operator asks a node itself.
    /// </summary>
    public static void MapKeptBack(this IEndpointRouteBuilder app) =>
        app.Map("/cluster/nodes/{**order}", () => TypedResults.Problem(
            "Orders to nodes are not taken here. Send them to the address of a node.", statusCode: StatusCodes.Status404NotFound));
}
