namespace WsCluster.LoadTest.Peers;

/// <summary>How a peer is started.</summary>
/// <param name="Port">The first of <see cref="PortCount"/> ports that it may use, on loopback.</param>
/// <param name="Nodes">Number of nodes.</param>
internal sealed record PeerOptions(int Port, int Nodes)
{
    /// <summary>Messages that one send carries at most; 0 for all that waits. Only the floor of bare sockets knows it.</summary>
    public int Batch { get; init; }

    /// <summary>Most nodes.</summary>
    public const int MaxNodes = 16;

    /// <summary>Ports from <see cref="Port"/> on: clients' ports of the nodes, Redis, the proxy, and ports between the nodes.</summary>
    public const int PortCount = 4 * MaxNodes;
}
