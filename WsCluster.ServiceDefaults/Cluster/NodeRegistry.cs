using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>
/// The registry of nodes in Redis. Every call is one script (<c>registry.lua</c>), decides by Redis's clock and returns the registry
/// as that script saw it. When Redis doesn't answer, all methods throw what <see cref="RedisFailure"/> knows.
/// </summary>
public sealed class NodeRegistry(IConnectionMultiplexer connection, ClusterKeys keys, IOptions<ClusterOptions> options)
{
    private static readonly RedisScript Script = RedisScript.Load("registry");
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly RedisKey[] _keys = [keys.Nodes, keys.Leases, keys.Dead, keys.Claims];
    private readonly long _lease = (long)options.Value.LeaseDuration.TotalMilliseconds;

    /// <summary>Reads the registry.</summary>
    public async Task<ClusterSnapshot> ReadAsync() => (await RunAsync("read")).Snapshot;

    /// <summary>Enters a node, or a new generation of one, and announces it.</summary>
    public async Task<ClusterSnapshot> RegisterAsync(NodeRecord node)
    {
        var (_, snapshot) = await RunAsync("register", node.Inbox, Serialize(node), _lease);
        await AnnounceAsync();
        return snapshot;
    }

    /// <summary>Renews a node's lease and its record.</summary>
    /// <returns>Held is false when the node was declared dead, or Redis has lost the registry: it must register its next generation.</returns>
    public Task<(bool Held, ClusterSnapshot Snapshot)> RenewAsync(NodeRecord node) =>
        RunAsync("renew", node.Inbox, Serialize(node), _lease);

    /// <summary>Tries to become the one that cleans up after a dead node; whoever wins has <paramref name="time"/> for it.</summary>
    public async Task<bool> ClaimAsync(string inbox, string claimant, TimeSpan time)
    {
        var (granted, _) = await RunAsync("claim", inbox, (long)time.TotalMilliseconds, claimant);
        if (granted)
        {
            await AnnounceAsync();
        }

        return granted;
    }

    /// <summary>Says that the clean-up after a dead node is done, and announces it.</summary>
    public async Task ReleaseAsync(string inbox)
    {
        await RunAsync("release", inbox);
        await AnnounceAsync();
    }

    /// <summary>Takes a node out by its own wish; the caller has <paramref name="time"/> to clean up after itself.</summary>
    public async Task LeaveAsync(string inbox, TimeSpan time)
    {
        await RunAsync("leave", inbox, (long)time.TotalMilliseconds);
        await AnnounceAsync();
    }

    /// <summary>Tells watchers (<see cref="ClusterWatcher"/>) to read again now, for example after a change of state.</summary>
    public Task AnnounceAsync() => connection.GetSubscriber().PublishAsync(keys.Changes, RedisValue.EmptyString);

    private static RedisValue Serialize(NodeRecord node) => JsonSerializer.SerializeToUtf8Bytes(node, Json);

    private async Task<(bool Granted, ClusterSnapshot Snapshot)> RunAsync(params RedisValue[] arguments)
    {
        var result = await Script.EvaluateAsync(connection.GetDatabase(), _keys, arguments);
        var live = (RedisResult[])result[1]!;
        var nodes = ImmutableArray.CreateBuilder<LiveNode>(live.Length / 3);
        for (var i = 0; i < live.Length; i += 3)
        {
            // A record of another version than ours, or one that somebody else wrote, must not stop the reader.
            if (TryParse((byte[]?)live[i + 1]) is { } node)
            {
                nodes.Add(new LiveNode(node, TimeSpan.FromMilliseconds((long)live[i + 2])));
            }
        }

        nodes.Sort(static (a, b) => (a.Node.StartedAt, a.Node.NodeId).CompareTo((b.Node.StartedAt, b.Node.NodeId)));
        var expired = ((string?[]?)result[2] ?? []).OfType<string>().ToImmutableArray();
        var claimed = ((string?[]?)result[3] ?? []).Chunk(2).ToImmutableDictionary(claim => claim[0]!, claim => claim[1]!);
        return ((int)result[0] == 1, new ClusterSnapshot(nodes.ToImmutable(), expired) { Claimed = claimed });
    }

    private static NodeRecord? TryParse(byte[]? json)
    {
        try
        {
            return JsonSerializer.Deserialize<NodeRecord>(json ?? [], Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
