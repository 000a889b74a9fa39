namespace WsCluster.LoadTest.Peers;

/// <summary>What a process is for in a peer's cluster.</summary>
internal enum ProcessRole
{
    /// <summary>Clients connect to it.</summary>
    Node,

    /// <summary>A Redis.</summary>
    Redis,

    /// <summary>Stands between the clients and the nodes.</summary>
    Proxy,

    /// <summary>Runs clients.</summary>
    Client,
}
