using WsCluster.Server.Hubs;

namespace WsCluster.Server.Cluster;

/// <summary>What one node can ask of another; part of the form in which it travels.</summary>
internal enum NodeRequestKind : byte
{
    /// <summary>Does this connection exist there? Takes hub and connection id.</summary>
    HasConnection = 1,

    /// <summary>The node is to drain. Takes nothing; the answer is yes.</summary>
    Drain = 2,
}

/// <summary>Answers one kind of request.</summary>
internal interface INodeRequestHandler
{
    NodeRequestKind Kind { get; }

    /// <summary>Answers yes or no. Called by the inbox's one reader, which everything else waits for.</summary>
    bool Handle(ref MessageReader request);
}
