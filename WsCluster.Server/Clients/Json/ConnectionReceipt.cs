using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients.Json;

/// <summary>The other node's word on whether it has the connection that a message is for.</summary>
/// <param name="pending">The request.</param>
/// <param name="forget">Called when the connection was not there: the message may be sent once more under its key; null if it has none.</param>
internal sealed class ConnectionReceipt(PendingRequest pending, Action? forget) : INodeReply
{
    public void Replied(bool found)
    {
        if (!found && pending.Outcome is null)
        {
            forget?.Invoke();
        }

        pending.Complete(found ? SendOutcome.Success : SendOutcome.NotFound(pending.NotFoundMessage!));
        pending.BatchCompleted();
    }

    public void TimedOut()
    {
        pending.Complete(new SendOutcome(ErrorName.InternalServerError, "The node that holds the connection did not answer in time."));
        pending.BatchCompleted();
    }
}
