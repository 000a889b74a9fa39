namespace WsCluster.Server.Hubs;

/// <summary>Whom a message is for. The values are on the wire between nodes.</summary>
internal enum TargetKind : byte
{
    /// <summary>The members of a group.</summary>
    Group = 0,

    /// <summary>The connections of a user.</summary>
    User = 1,

    /// <summary>One connection.</summary>
    Connection = 2,

    /// <summary>Every connection of the hub.</summary>
    Hub = 3,

    /// <summary>Nobody: tells the node that sent it where in the hub's order one of its connections joined a group.</summary>
    Mark = 4,

    /// <summary>Nobody: tells a node that another has taken over the session of one of its connections.</summary>
    Fence = 5,
}
