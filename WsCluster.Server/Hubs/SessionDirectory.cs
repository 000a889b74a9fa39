using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Hubs;

/// <summary>Where the sessions of reliable clients are.</summary>
internal sealed class SessionDirectory(IConnectionMultiplexer connection, ClusterKeys keys)
{
    /// <summary>The inbox of the node that has a session; empty while it is detached; null if there is none.</summary>
    /// <exception cref="RedisException">Redis does not answer.</exception>
    public async Task<string?> FindInboxAsync(string hub, string connectionId) =>
        await connection.GetDatabase().HashGetAsync(keys.Hub(hub) + SessionKey.Session(connectionId), "o");
}
