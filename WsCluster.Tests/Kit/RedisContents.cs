using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Tests.Kit;

/// <summary>Looks into the cluster's Redis, for what must not be left there.</summary>
internal static class RedisContents
{
    /// <summary>
    /// All keys of the cluster that name a node, in their own name or in what they hold. Those that expire by themselves outlive a node
    /// on purpose: the hubs' logs and states, and the sessions that wait for their clients.
    /// </summary>
    public static async Task<IReadOnlyList<string>> FindAsync(TestRedis redis, string nodeId)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var database = connection.GetDatabase();
        var found = new List<string>();
        await foreach (var key in connection.GetServers()[0].KeysAsync(pattern: "wsc:*"))
        {
            if (await database.KeyTimeToLiveAsync(key) is not null)
            {
                continue;
            }

            var contents = await ReadAsync(database, key);
            if (key.ToString().Contains(nodeId, StringComparison.Ordinal)
                || contents.Any(value => value.ToString().Contains(nodeId, StringComparison.Ordinal)))
            {
                found.Add(key.ToString());
            }
        }

        return found;
    }

    /// <summary>Inboxes in an interest set.</summary>
    public static async Task<IReadOnlyList<string>> InboxesAsync(TestRedis redis, ClusterKeys keys, string hub, string set)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        return await InboxesAsync(connection.GetDatabase(), keys, hub, set);
    }

    /// <inheritdoc cref="InboxesAsync(TestRedis, ClusterKeys, string, string)"/>
    public static async Task<IReadOnlyList<string>> InboxesAsync(IDatabase database, ClusterKeys keys, string hub, string set) =>
        ((string?)await database.HashGetAsync(keys.Hub(hub) + "interest", set) ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The inbox that has a session; empty while its client is away; null if there is none.</summary>
    public static async Task<string?> SessionOwnerAsync(TestRedis redis, ClusterKeys keys, string hub, string connectionId) =>
        (await SessionAsync(redis, keys, hub, connectionId)).GetValueOrDefault("o");

    /// <summary>What Redis has of a session; empty if there is none.</summary>
    public static async Task<Dictionary<string, string>> SessionAsync(TestRedis redis, ClusterKeys keys, string hub, string connectionId)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var fields = await connection.GetDatabase().HashGetAllAsync(keys.Hub(hub) + SessionKey.Session(connectionId));
        return fields.ToDictionary(field => field.Name.ToString(), field => field.Value.ToString());
    }

    /// <summary>
    /// Remembers a hub's state and log. What is returned takes Redis back there, as if a replica that lagged had taken its place: sessions
    /// are as they are.
    /// </summary>
    public static async Task<Func<Task>> RememberAsync(TestRedis redis, ClusterKeys keys, string hub)
    {
        var prefix = keys.Hub(hub);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var state = await connection.GetDatabase().HashGetAllAsync(prefix + "hub");
        var entries = await connection.GetDatabase().ListLengthAsync(prefix + "log");
        var pieces = await connection.GetDatabase().ListLengthAsync(prefix + "log:messages");
        return async () =>
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
            var transaction = connection.GetDatabase().CreateTransaction();
            _ = transaction.HashSetAsync(prefix + "hub", [.. state, HubState.OnAnotherServer(state.Single(field => field.Name == HubState.Field).Value)]);
            _ = transaction.ListTrimAsync(prefix + "log", 0, entries - 1);
            _ = transaction.ListTrimAsync(prefix + "log:messages", 0, pieces - 1);
            await transaction.ExecuteAsync();
        };
    }

    private static async Task<IEnumerable<RedisValue>> ReadAsync(IDatabase database, RedisKey key) => await database.KeyTypeAsync(key) switch
    {
        RedisType.Set => await database.SetMembersAsync(key),
        RedisType.Hash => (await database.HashGetAllAsync(key)).SelectMany(entry => new[] { entry.Name, entry.Value }),
        RedisType.SortedSet => await database.SortedSetRangeByRankAsync(key),
        RedisType.List => await database.ListRangeAsync(key),
        RedisType.String => [await database.StringGetAsync(key)],
        _ => [],
    };
}
