using StackExchange.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>How an operation of a <see cref="HubPipeline"/> ended.</summary>
/// <param name="Taken">Whether Redis took the operation. False may also mean that nobody knows.</param>
/// <param name="Offset">A message's offset; of another operation the offset of the last message before it.</param>
/// <param name="Details">What the script said of the operation.</param>
internal readonly record struct OperationResult(bool Taken, long Offset = 0, RedisResult? Details = null)
{
    /// <summary>What <see cref="Nodes"/> says of a message that a session takes, wherever its client is.</summary>
    public const int TakenBySession = -1;

    /// <summary>What <see cref="Nodes"/> says of a message that was taken before, and did nothing this time.</summary>
    public const int Repeated = -2;

    /// <summary>Redis did not take it.</summary>
    public static OperationResult Failed => default;

    /// <summary>How many nodes took the message, <see cref="TakenBySession"/>, or <see cref="Repeated"/>.</summary>
    public int Nodes => Taken ? (int)Details! : 0;

    /// <summary>Of an operation on a session: whether it is still the caller's.</summary>
    public SessionState Session => (SessionState)(int)Details!;
}

/// <summary>What the script says of a session.</summary>
internal enum SessionState
{
    /// <summary>Another node has taken it over.</summary>
    Elsewhere = -1,

    /// <summary>There is no such session: it has ended, or Redis has lost it.</summary>
    Gone = 0,

    /// <summary>It is the caller's.</summary>
    Held = 1,
}
