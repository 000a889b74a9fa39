using Microsoft.AspNetCore.Http.HttpResults;
using WsCluster.Server.Cluster;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Api;

/// <summary>Orders to nodes, for operators: any node takes them for any other. The proxy does not let them through.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder app) =>
        app.MapPost("/cluster/nodes/{nodeId}:drain", DrainAsync)
            .WithName("DrainNode")
            .WithTags("Cluster")
            .WithSummary("Has a node drain and end: newcomers go elsewhere at once, its clients are closed over a window. Doing so twice is success.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Accepted<DrainAnswer>, ProblemHttpResult>> DrainAsync(
        string nodeId, NodeIdentity node, DrainOrder order, NodeRequests requests, ClusterView view, NodeRegistry registry)
    {
        if (nodeId == node.NodeId)
        {
            order.Execute();
            return Accepted(nodeId);
        }

        try
        {
            // The view may be a heartbeat old, and the inbox of a node that is just coming in is in the registry alone.
            var found = view.Current.Find(nodeId) ?? (await registry.ReadAsync()).Find(nodeId);
            var reply = found is null ? NodeReply.Absent : await requests.AskAsync(found.Inbox, NodeRequestKind.Drain);
            return reply switch
            {
                NodeReply.Yes => Accepted(nodeId),
                NodeReply.Absent when found is null || (await registry.ReadAsync()).Find(nodeId) is null => Problem(
                    StatusCodes.Status404NotFound, $"The cluster has no node '{nodeId}'."),
                _ => Problem(StatusCodes.Status503ServiceUnavailable, "The node did not answer in time. It may still drain; the order can be given again."),
            };
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, "The cluster's Redis does not answer.");
        }
    }

    private static Accepted<DrainAnswer> Accepted(string nodeId) => TypedResults.Accepted("/cluster", new DrainAnswer(nodeId, NodeState.Draining));

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <param name="NodeId">The node.</param>
    /// <param name="State">Its state from now on: draining.</param>
    internal sealed record DrainAnswer(string NodeId, NodeState State);
}
