using WsCluster.Server.Hubs;

namespace WsCluster.Server.Cluster;

/// <summary>Answers whether this node has a connection.</summary>
internal sealed class ConnectionQuestion(HubDirectory hubs) : INodeRequestHandler
{
    public NodeRequestKind Kind => NodeRequestKind.HasConnection;

    public bool Handle(ref MessageReader request)
    {
        var hub = hubs.Find(request.ReadString());
        var connectionId = request.ReadString();
        return hub is not null && connectionId is not null && hub.TryGetConnection(connectionId, out _);
    }
}
