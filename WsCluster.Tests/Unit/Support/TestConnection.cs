using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Security;

namespace WsCluster.Tests.Unit.Support;

/// <summary>A client's connection without transport.</summary>
internal static class TestConnection
{
    /// <param name="hub">The hub; null if what is tested with it never asks for one.</param>
    /// <param name="id">Its id; null: any.</param>
    /// <param name="userId">Its user; null: none.</param>
    /// <param name="session">The session of a reliable client.</param>
    /// <param name="slowClients">What happens when too much waits for it.</param>
    /// <param name="options">The node's options; null: the defaults.</param>
    public static ClientConnection New(
        Hub? hub = null,
        string? id = null,
        string? userId = null,
        ReliableSession? session = null,
        SlowClientPolicy slowClients = SlowClientPolicy.Disconnect,
        NodeOptions? options = null) =>
        new(id ?? new NodeIdentity().NewConnectionId(), hub!, new ClientIdentity(userId, new Permissions([]), []), ClientEncoding.Json, options ?? new NodeOptions(), slowClients)
        {
            Session = session,
        };
}
