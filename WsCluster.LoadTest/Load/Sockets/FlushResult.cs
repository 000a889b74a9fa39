namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>What became of an output.</summary>
internal enum FlushResult
{
    /// <summary>All of it went out.</summary>
    Done,

    /// <summary>The socket takes no more for now; it did before.</summary>
    Blocked,

    /// <summary>The socket still takes no more.</summary>
    StillBlocked,

    /// <summary>What had waited went out.</summary>
    Unblocked,

    /// <summary>The socket is broken.</summary>
    Failed,
}
