using WsCluster.LoadTest.Peers.Deno;
using WsCluster.LoadTest.Peers.Kestrel;
using WsCluster.LoadTest.Peers.Nats;
using WsCluster.LoadTest.Peers.Nchan;
using WsCluster.LoadTest.Peers.SignalR;
using WsCluster.LoadTest.Peers.SocketIo;
using WsCluster.LoadTest.Peers.Sockets;
using WsCluster.LoadTest.Peers.WsCluster;

namespace WsCluster.LoadTest.Peers;

/// <summary>All peers that the tool can start.</summary>
internal static class PeerCatalog
{
    public static readonly PeerKind WsCluster = new(
        "wscluster", "WsCluster: nodes and redis-server", WsClusterPeer.Missing, options => new WsClusterPeer(options));

    public static readonly PeerKind Sockets = new(
        "sockets", "floor: bare sockets in one process", () => null, options => new SocketPeer(options));

    public static IReadOnlyList<PeerKind> All { get; } =
    [
        WsCluster,
        new PeerKind(
            "wscluster-proxy",
            "WsCluster, clients connect through its proxy",
            WsClusterPeer.MissingForProxy,
            options => new WsClusterPeer(options, WsClusterVariant.Proxy)) { OnlyIfNamed = true },
        new PeerKind(
            "wscluster-deflate",
            "WsCluster, clients offer permessage-deflate",
            WsClusterPeer.Missing,
            options => new WsClusterPeer(options, WsClusterVariant.Deflate)) { OnlyIfNamed = true },
        new PeerKind(
            "wscluster-reliable",
            "WsCluster, subscribers speak the reliable subprotocol",
            WsClusterPeer.Missing,
            options => new WsClusterPeer(options, WsClusterVariant.Reliable)) { OnlyIfNamed = true },
        new PeerKind("nats", "nats-server: a cluster with WebSocket listeners", NatsPeer.Missing, options => new NatsPeer(options)),
        new PeerKind("signalr", "SignalR with the Redis backplane", SignalRPeer.Missing, options => new SignalRPeer(options)),
        new PeerKind("socketio", "Socket.IO with the Redis adapter", SocketIoPeer.Missing, options => new SocketIoPeer(options)),
        new PeerKind("nchan", "nginx with the nchan module, and Redis", NchanPeer.Missing, options => new NchanPeer(options)),
        new PeerKind("kestrel", "floor: one bare Kestrel process", () => null, options => new KestrelPeer(options)),
        Sockets,
        new PeerKind("deno", "one Deno process, for http only", DenoPeer.Missing, options => new DenoPeer(options)),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(kind => kind.Name);

    /// <summary>Those that a comparison takes if none are named.</summary>
    public static IEnumerable<PeerKind> Usual => All.Where(kind => !kind.OnlyIfNamed);

    /// <summary>A peer by its name.</summary>
    public static PeerKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
