using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients.Json;

/// <summary>The other node's word on whether it has the connection that a message is for.</summary>
internal sealed class ConnectionReceipt(PendingRequest pending) : INodeReply
{
    public void Replied(bool found)
    {
        pending.Complete(found ? SendOutcome.Success : SendOutcome.NotFound(pending.NotFoundMessage!));
        pending.BatchCompleted();
    }

    public void TimedOut()
    {
        pending.Complete(new SendOutcome(ErrorName.InternalServerError, "The node that holds the connection did not answer in time."));
        pending.BatchCompleted();
    }
}
