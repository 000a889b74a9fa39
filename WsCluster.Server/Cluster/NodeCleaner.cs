using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Cluster;

/// <summary>
/// Removes from Redis what an inbox owned: its place in every interest set, and the lists that say so. Can be stopped anywhere and done again by anybody.
/// </summary>
internal sealed partial class NodeCleaner(IConnectionMultiplexer connection, ClusterKeys keys, NodeRegistry registry, ILogger<NodeCleaner> logger)
{
    /// <summary>How long whoever claims a clean-up has for it before others may claim it.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(5);

    private const int SetsPerCall = 200;

    private static readonly RedisScript Script = RedisScript.Load("clean");

    /// <summary>Cleans up after a dead node, unless another node does.</summary>
    /// <param name="inbox">The dead node's inbox.</param>
    /// <param name="claimant">This node's inbox.</param>
    public async Task TryCleanAsync(string inbox, string claimant)
    {
        if (await registry.ClaimAsync(inbox, claimant, Time))
        {
            await CleanAsync(inbox, []);
            Log.Cleaned(logger, inbox);
        }
    }

    /// <summary>Cleans up after an inbox that the caller has claimed, or that was its own, and releases it.</summary>
    /// <param name="inbox">The inbox.</param>
    /// <param name="alsoHubs">Hubs to look into even if Redis has lost that the inbox was there.</param>
    public async Task CleanAsync(string inbox, IEnumerable<string> alsoHubs)
    {
        var database = connection.GetDatabase();
        var hubs = keys.HubsOf(inbox);
        var known = (await database.SetMembersAsync(hubs)).Select(hub => hub.ToString());
        foreach (var hub in known.Union(alsoHubs))
        {
            await CleanHubAsync(database, hub, inbox);
        }

        await database.KeyDeleteAsync(hubs);
        await registry.ReleaseAsync(inbox);
    }

    private async Task CleanHubAsync(IDatabase database, string hub, string inbox)
    {
        var owned = keys.Owned(hub, inbox);
        var prefix = keys.Hub(hub);
        while (true)
        {
            // What is read is also removed, so this comes to an end.
            var names = await database.SetRandomMembersAsync(owned, SetsPerCall);
            if (names.Length == 0)
            {
                return;
            }

            await Script.EvaluateAsync(
                database, [owned, .. names.Select(name => (RedisKey)(prefix + name.ToString()))], [inbox, .. names]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Node {Inbox} is dead: its lease ran out. This node has cleaned up after it.")]
        public static partial void Cleaned(ILogger logger, string inbox);
    }
}
