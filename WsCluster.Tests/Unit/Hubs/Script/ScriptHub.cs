using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>A hub in Redis, of a cluster of its own, and what a test wants to see of it.</summary>
internal sealed class ScriptHub
{
    public const string Name = "chat";

    private ScriptHub(IConnectionMultiplexer connection) => Connection = connection;

    public IConnectionMultiplexer Connection { get; }

    public ClusterKeys Keys { get; } = new(Guid.NewGuid().ToString("N"));

    public IDatabase Database => Connection.GetDatabase();

    /// <summary>Bounds of its log.</summary>
    public LogLimits Limits { get; set; } = new(1_000, 1_000_000, TimeSpan.FromMinutes(5));

    /// <summary>Which server the script is told that it is on: another one may lack what this one had.</summary>
    public string Identity { get; set; } = "first";

    public static async Task<ScriptHub> NewAsync(HubRedis redis, RedisKind kind) => new(await redis.ConnectAsync(kind));

    public RedisKey Key(string name) => Keys.Hub(Name) + name;

    public async Task<ScriptNode> AddNodeAsync(string id) => await ScriptNode.StartAsync(this, id);

    /// <summary>Runs hub.lua.</summary>
    public async Task<RedisResult[]> EvaluateAsync(RedisKey[] keys, RedisValue[] arguments) =>
        (RedisResult[])(await Database.ScriptEvaluateAsync(HubScript.TextFor(Identity), keys, arguments))!;

    public Task<LogPage> ReadLogAsync(long after) => new HubLog(Connection, Keys, TimeProvider.System).ReadAsync(Name, after);

    /// <summary>Texts of all that is in the log after an offset.</summary>
    public async Task<string[]> ReadTextsAsync(long after)
    {
        List<string> texts = [];
        var page = await ReadLogAsync(after);
        Assert.False(page.HasMore);
        foreach (var entry in page.Entries)
        {
            texts.AddRange(Payload.ReadMessages(entry.Messages, entry.Head).Where(message => message.Offset > after).Select(message => message.Text));
        }

        return [.. texts];
    }

    /// <summary>What Redis has of a session; empty if it has none.</summary>
    public async Task<Dictionary<string, string>> ReadSessionAsync(string id) =>
        (await Database.HashGetAllAsync(Key(SessionKey.Session(id)))).ToDictionary(field => field.Name.ToString(), field => field.Value.ToString());

    public async Task<bool> ExpiresAsync(string name) => await Database.KeyTimeToLiveAsync(Key(name)) is not null;

    /// <summary>Names of what an inbox owns in the hub.</summary>
    public async Task<string[]> ReadOwnedAsync(string inbox) =>
        [.. (await Database.SetMembersAsync(Keys.Owned(Name, inbox))).Select(name => name.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>Removes all that Redis has of the hub, as if it had come back empty.</summary>
    public async Task ForgetAsync()
    {
        await foreach (var key in Connection.GetServers()[0].KeysAsync(pattern: $"*{Keys.Hub(Name).Split('{')[1].Split('/')[0]}*"))
        {
            await Database.KeyDeleteAsync(key);
        }
    }
}
