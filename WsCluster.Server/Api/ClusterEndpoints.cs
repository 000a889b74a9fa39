using Microsoft.AspNetCore.Http.HttpResults;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Api;

/// <summary>What a node knows of the cluster.</summary>
internal static class ClusterEndpoints
{
    public static void MapCluster(this IEndpointRouteBuilder app)
    {
        app.MapGet("/cluster", GetCluster)
            .WithName("GetCluster")
            .WithTags("Cluster")
            .WithSummary("All nodes with address, state, load and lease, and the hubs with their connections on each node.");

        app.MapGet("/cluster/hubs/{hub}/connections/{connectionId}", FindConnectionAsync)
            .WithName("FindConnection")
            .WithTags("Cluster")
            .WithSummary("On which node a connection is.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Answers from the registry as this node saw it with its last heartbeat; asks Redis nothing.</summary>
    private static Ok<ClusterAnswer> GetCluster(ClusterView view)
    {
        var live = view.Current.Nodes;
        var perHub = live
            .SelectMany(node => node.Node.Hubs.Select(hub => (Hub: hub.Key, node.Node.NodeId, Connections: hub.Value)))
            .GroupBy(entry => entry.Hub)
            .ToDictionary(group => group.Key, group => group.ToDictionary(entry => entry.NodeId, entry => entry.Connections));
        return TypedResults.Ok(new ClusterAnswer(
            [.. live.Select(node => new NodeAnswer(
                node.Node.NodeId,
                node.Node.Generation,
                node.Node.Address,
                node.Node.State,
                node.Node.StartedAt,
                (long)node.LeaseRemaining.TotalMilliseconds,
                node.Node.Load,
                node.Node.Hubs))],
            perHub));
    }

    private static async Task<Results<Ok<ConnectionAnswer>, ProblemHttpResult>> FindConnectionAsync(
        string hub, string connectionId, NodeRequests requests, SessionDirectory sessions, HubDirectory hubs, ClusterView view, NodeRegistry registry, NodeIdentity node, NodeAddress address)
    {
        var known = HubName.TryNormalize(hub, out var name);
        if (!known || !requests.TryFindInbox(connectionId, out var inbox))
        {
            return NotFound(hub, connectionId);
        }

        if (hubs.Find(name)?.TryGetConnection(connectionId, out _) == true)
        {
            return TypedResults.Ok(new ConnectionAnswer(name, connectionId, node.NodeId, address.Value));
        }

        try
        {
            // A reliable client may have moved: its session says where to, and is detached while it is nowhere.
            inbox = await sessions.FindInboxAsync(name, connectionId) ?? inbox;
            if (inbox.Length == 0 || inbox == node.Inbox)
            {
                return NotFound(hub, connectionId);
            }

            var reply = await requests.AskAsync(inbox, NodeRequestKind.HasConnection, name, connectionId);
            if (reply == NodeReply.Late)
            {
                return Unavailable("The node that would hold the connection did not answer in time.");
            }

            var nodeId = NodeRecord.NodeOf(inbox);
            var holder = reply == NodeReply.Yes ? view.Current.Find(nodeId) ?? (await registry.ReadAsync()).Find(nodeId) : null;
            return holder is null
                ? NotFound(hub, connectionId)
                : TypedResults.Ok(new ConnectionAnswer(name, connectionId, holder.NodeId, holder.Address));
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            return Unavailable("The cluster's Redis does not answer.");
        }
    }

    private static ProblemHttpResult Unavailable(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static ProblemHttpResult NotFound(string hub, string connectionId) =>
        TypedResults.Problem($"Hub '{hub}' has no connection '{connectionId}'.", statusCode: StatusCodes.Status404NotFound);

    /// <param name="Nodes">Nodes that hold their lease.</param>
    /// <param name="Hubs">Hub → node id → connections.</param>
    internal sealed record ClusterAnswer(NodeAnswer[] Nodes, Dictionary<string, Dictionary<string, int>> Hubs);

    /// <param name="NodeId">The node's id.</param>
    /// <param name="Generation">How often it had to register anew.</param>
    /// <param name="Address">Where it is reached.</param>
    /// <param name="State">joining, ready or draining.</param>
    /// <param name="StartedAt">Start of the process.</param>
    /// <param name="LeaseRemainingMs">What was left of its lease when it was seen last, milliseconds.</param>
    /// <param name="Load">Its last report.</param>
    /// <param name="Hubs">Hub → connections.</param>
    internal sealed record NodeAnswer(
        string NodeId,
        int Generation,
        string Address,
        NodeState State,
        DateTimeOffset StartedAt,
        long LeaseRemainingMs,
        NodeLoad Load,
        IReadOnlyDictionary<string, int> Hubs);

    /// <param name="Hub">The hub, normalised.</param>
    /// <param name="ConnectionId">The connection.</param>
    /// <param name="NodeId">The node that holds it.</param>
    /// <param name="Address">Where that node is reached.</param>
    internal sealed record ConnectionAnswer(string Hub, string ConnectionId, string NodeId, string Address);
}
