using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Security;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>A client's connection without a socket, as a hub knows it.</summary>
internal static class TestConnection
{
    public static ClientConnection New(
        Hub hub, string? id = null, string? userId = null, ReliableSession? session = null, SlowClientPolicy slowClients = SlowClientPolicy.Disconnect) =>
        new(id ?? new NodeIdentity().NewConnectionId(), hub, new ClientIdentity(userId, new Permissions([]), []), ClientEncoding.Json, new NodeOptions(), slowClients)
        {
            Session = session,
        };
}
