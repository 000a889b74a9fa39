namespace WsCluster.Server.Cluster;

/// <summary>What became of a request to another node.</summary>
internal enum NodeReply
{
    /// <summary>The node said no.</summary>
    No,

    /// <summary>The node said yes.</summary>
    Yes,

    /// <summary>Nobody listens to that inbox: there is no such node, or it is cut off from Redis.</summary>
    Absent,

    /// <summary>The node did not answer in time. It may still do what was asked.</summary>
    Late,
}
