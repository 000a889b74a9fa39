namespace WsCluster.Server.Cluster;

/// <summary>What waits for another node's answer. One of the methods is called, once.</summary>
internal interface INodeReply
{
    /// <param name="found">Whether the other node has what was asked for.</param>
    void Replied(bool found);

    /// <summary>No answer came in time.</summary>
    void TimedOut();
}
