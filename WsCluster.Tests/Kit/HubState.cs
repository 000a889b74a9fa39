using System.Buffers.Binary;
using StackExchange.Redis;

namespace WsCluster.Tests.Kit;

/// <summary>Field "state" of a hub in Redis, as hub.lua describes it: eight packed numbers, then the server's id.</summary>
internal static class HubState
{
    public const string Field = "state";

    private const int Numbers = 8;

    /// <summary>The same on another server.</summary>
    public static HashEntry OnAnotherServer(RedisValue state) =>
        new(Field, (byte[])[.. ((byte[])state!)[..(Numbers * sizeof(double))], .. "another"u8]);

    /// <summary>The same with another offset up to which the log was trimmed.</summary>
    public static HashEntry Trimmed(RedisValue state, long trimmed)
    {
        byte[] changed = [.. (byte[])state!];
        BinaryPrimitives.WriteDoubleBigEndian(changed.AsSpan(2 * sizeof(double)), trimmed);
        return new HashEntry(Field, changed);
    }
}
