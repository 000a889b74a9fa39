namespace WsCluster.LoadTest.Peers.WsCluster;

/// <summary>How WsCluster is run and connected to.</summary>
internal enum WsClusterVariant
{
    /// <summary>Clients connect to the nodes.</summary>
    Plain,

    /// <summary>Clients connect to the proxy, which connects to the nodes: what it costs shows beside <see cref="Plain"/>.</summary>
    Proxy,

    /// <summary>Clients connect to the nodes and offer permessage-deflate, which the nodes agree to.</summary>
    Deflate,

    /// <summary>Clients connect to the nodes and speak the reliable subprotocol: what it costs shows beside <see cref="Plain"/>.</summary>
    Reliable,
}
