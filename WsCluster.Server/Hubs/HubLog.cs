using System.Collections.Concurrent;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>Reads the logs of hubs (<c>log.lua</c>).</summary>
internal sealed class HubLog(IConnectionMultiplexer connection, ClusterKeys keys, TimeProvider time)
{
    /// <summary>How long a page is good for others that ask for the same messages.</summary>
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(1);

    private const int PageBytes = 1024 * 1024;

    private static readonly RedisScript Script = RedisScript.Load("log");

    private readonly ConcurrentDictionary<string, SharedPage> _shared = new(StringComparer.Ordinal);

    /// <summary>
    /// Reads what follows an offset, perhaps from what somebody else has just read: after a node's death its clients come all at once
    /// and want nearly the same. Such a page says that more follows, so that who reads on to the end reads the newest from Redis.
    /// </summary>
    /// <exception cref="RedisException">Redis does not answer.</exception>
    public async Task<LogPage> ReadSharedAsync(string hub, long after)
    {
        if (_shared.TryGetValue(hub, out var shared) && time.GetElapsedTime(shared.Since) < Shared && shared.After <= after && after < shared.Last)
        {
            return shared.Page with { HasMore = true };
        }

        var page = await ReadAsync(hub, after).ConfigureAwait(false);
        if (page.Entries.Length > 1)
        {
            _shared[hub] = new SharedPage(after, page.Entries[^1].Head.First, time.GetTimestamp(), page);
        }

        return page;
    }

    /// <summary>Lets go of what was read for many. Called once a heartbeat.</summary>
    public void Sweep()
    {
        foreach (var shared in _shared.Where(shared => time.GetElapsedTime(shared.Value.Since) >= Shared))
        {
            _shared.TryRemove(shared);
        }
    }

    /// <summary>Reads what follows an offset.</summary>
    /// <exception cref="RedisException">Redis does not answer.</exception>
    public async Task<LogPage> ReadAsync(string hub, long after)
    {
        var all = keys.OfHub(hub);
        var result = (RedisResult[])(await Script.EvaluateAsync(connection.GetDatabase(), all[..3], [after, PageBytes]).ConfigureAwait(false))!;
        var entries = new LogEntry[(result.Length - 3) / 2];
        for (var i = 0; i < entries.Length; i++)
        {
            var head = new MessageReader((byte[])result[3 + (2 * i)]!).ReadHead();
            entries[i] = new LogEntry(head, (byte[])result[4 + (2 * i)]!);
        }

        return new LogPage((long)result[0], (long)result[1], (int)result[2] == 1, entries);
    }

    /// <param name="After">What follows this offset is in the page.</param>
    /// <param name="Last">An offset in its last entry.</param>
    /// <param name="Since">When it was read.</param>
    /// <param name="Page">The page.</param>
    private sealed record SharedPage(long After, long Last, long Since, LogPage Page);
}

/// <param name="Offset">The hub's last offset when the page was read.</param>
/// <param name="Trimmed">Up to this offset the log has nothing any more.</param>
/// <param name="HasMore">Whether more follows.</param>
/// <param name="Entries">Batches in order; the first may begin before what was asked for.</param>
internal sealed record LogPage(long Offset, long Trimmed, bool HasMore, LogEntry[] Entries);

/// <param name="Head">Where its messages stand.</param>
/// <param name="Messages">The messages.</param>
internal readonly record struct LogEntry(BatchHead Head, byte[] Messages);
