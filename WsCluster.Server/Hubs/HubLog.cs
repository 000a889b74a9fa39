using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>Reads the logs of hubs (<c>log.lua</c>).</summary>
internal sealed class HubLog(IConnectionMultiplexer connection, ClusterKeys keys)
{
    private const int PageBytes = 1024 * 1024;

    private static readonly RedisScript Script = RedisScript.Load("log");

    /// <summary>Reads what follows an offset.</summary>
    /// <exception cref="RedisException">Redis does not answer.</exception>
    public async Task<LogPage> ReadAsync(string hub, long after)
    {
        var all = keys.OfHub(hub);
        var result = (RedisResult[])(await Script.EvaluateAsync(connection.GetDatabase(), all[..3], [after, PageBytes]).ConfigureAwait(false))!;
        var entries = new LogEntry[(result.Length - 4) / 4];
        for (var i = 0; i < entries.Length; i++)
        {
            var at = 4 + (4 * i);
            entries[i] = new LogEntry(new BatchHead((long)result[at], (long)result[at + 1], (long)result[at + 2], Number: 0), (byte[])result[at + 3]!);
        }

        return new LogPage((long)result[1], (long)result[2], (int)result[3] == 1, entries);
    }
}

/// <param name="Offset">The hub's last offset when the page was read.</param>
/// <param name="Trimmed">Up to this offset the log has nothing any more.</param>
/// <param name="HasMore">Whether more follows.</param>
/// <param name="Entries">Batches in order; the first may begin before what was asked for.</param>
internal sealed record LogPage(long Offset, long Trimmed, bool HasMore, LogEntry[] Entries);

/// <param name="Head">Where its messages stand.</param>
/// <param name="Messages">The messages.</param>
internal readonly record struct LogEntry(BatchHead Head, byte[] Messages);
