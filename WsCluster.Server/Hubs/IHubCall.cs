using StackExchange.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>What a call of <c>hub.lua</c> carries.</summary>
internal interface IHubCall
{
    /// <summary>Its number among those of the node.</summary>
    long Number { get; }

    /// <summary>How many offsets it takes.</summary>
    int Places { get; }

    /// <summary>Whether it holds what the node's inbox owns, for whoever cleans up after it.</summary>
    bool HasInterest { get; }

    /// <summary>The interest sets that its operations name.</summary>
    IReadOnlyList<string> SetNames { get; }

    /// <summary>Ends of the keys that its operations name.</summary>
    IReadOnlyList<string> KeyNames { get; }

    /// <summary>ARGV of <c>hub.lua</c> after <see cref="HubArguments"/>.</summary>
    RedisValue[] Operations { get; }
}
