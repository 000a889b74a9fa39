namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>What a message is sent to.</summary>
internal enum TargetKind
{
    /// <summary>The members of a group.</summary>
    Group,

    /// <summary>All connections of a user.</summary>
    User,

    /// <summary>One connection, by its id: it ends with the session.</summary>
    Connection,
}
