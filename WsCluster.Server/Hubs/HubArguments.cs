using System.Buffers.Binary;
using StackExchange.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>What stands before the operations in ARGV of <c>hub.lua</c>.</summary>
internal readonly record struct HubArguments
{
    /// <summary>Inbox of the calling node.</summary>
    public required string Inbox { get; init; }

    /// <summary>What channels of inboxes begin with.</summary>
    public required string InboxPrefix { get; init; }

    /// <summary>What payloads begin with (<see cref="MessageFormat.BatchPrefix"/>).</summary>
    public required byte[] PayloadPrefix { get; init; }

    /// <summary>The calling node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The epoch that the node knows; 0: none.</summary>
    public required long Epoch { get; init; }

    /// <summary>Bounds of the hub's log.</summary>
    public required LogLimits Limits { get; init; }

    /// <summary>Last offset that the node has seen; 0: none.</summary>
    public required long LastOffset { get; init; }

    /// <summary>See <see cref="BatchHead.OriginalFirst"/>.</summary>
    public required long OriginalFirst { get; init; }

    /// <summary>ARGV of a call.</summary>
    public RedisValue[] Of(IHubCall call)
    {
        // Redis's Lua converts and hashes each argument, so numbers share one (hub.lua).
        ReadOnlySpan<long> values =
        [
            call.Places, call.Number, Epoch, Limits.Messages, Limits.Bytes, (long)Limits.Age.TotalMilliseconds, LastOffset, OriginalFirst, call.SetNames.Count,
        ];
        var numbers = new byte[values.Length * sizeof(double)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleBigEndian(numbers.AsSpan(i * sizeof(double)), values[i]);
        }

        return [Inbox, InboxPrefix, PayloadPrefix, NodeId, numbers, .. call.SetNames.Select(name => (RedisValue)name), .. call.Operations];
    }
}
