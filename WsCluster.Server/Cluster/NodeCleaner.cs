using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Cluster;

/// <summary>
/// Removes from Redis what an inbox owned: its place in every interest set, and the lists that say so. Its sessions wait for their
/// clients from then on. Can be stopped anywhere and done again by anybody.
/// </summary>
internal sealed partial class NodeCleaner(IConnectionMultiplexer connection, ClusterKeys keys, NodeRegistry registry, NodeOptions options, ILogger<NodeCleaner> logger)
{
    /// <summary>How long whoever claims a clean-up has for it before others may claim it.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(5);

    private const int NamesPerCall = 200;

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
        var all = keys.OfHub(hub);
        while (true)
        {
            // What is read is also removed, so this comes to an end; once more than needed, so that the last call sees that nothing is left.
            var names = await database.SetRandomMembersAsync(owned, NamesPerCall);
            var things = await Task.WhenAll(names.Select(name => FindAsync(database, hub, name.ToString())));
            await Script.EvaluateAsync(
                database,
                [owned, all[3], all[4], all[5], .. things.SelectMany(thing => thing.Keys)],
                [inbox, (long)options.SessionTimeout.TotalMilliseconds, .. things.SelectMany(thing => new RedisValue[] { thing.Name, thing.ConnectionId })]);
            if (names.Length == 0)
            {
                return;
            }
        }
    }

    private async Task<Owned> FindAsync(IDatabase database, string hub, string name)
    {
        var prefix = keys.Hub(hub);
        RedisKey key = prefix + name;
        if (SessionKey.ConnectionOf(name) is not { } id)
        {
            return new Owned(name, string.Empty, [key, key, key]);
        }

        var userId = (string?)await database.HashGetAsync(key, "u");
        return new Owned(name, id, [key, prefix + SessionKey.AckIds(id), userId is null ? key : prefix + InterestSet.Detached(userId)]);
    }

    /// <param name="Name">What the inbox has.</param>
    /// <param name="ConnectionId">If it is a session, its connection; else empty.</param>
    /// <param name="Keys">The three keys that <c>clean.lua</c> takes of it.</param>
    private sealed record Owned(string Name, string ConnectionId, RedisKey[] Keys);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Node {Inbox} is dead: its lease ran out. This node has cleaned up after it.")]
        public static partial void Cleaned(ILogger logger, string inbox);
    }
}
