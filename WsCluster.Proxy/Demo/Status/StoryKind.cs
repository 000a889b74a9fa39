using System.Text.Json.Serialization;

namespace WsCluster.Proxy.Demo.Status;

/// <summary>What can happen to a cluster.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoryKind>))]
internal enum StoryKind
{
    /// <summary>A node is in the registry that was not.</summary>
    [JsonStringEnumMemberName("joined")]
    Joined,

    /// <summary>It takes clients.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>It is about to stop.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,

    /// <summary>It went in order.</summary>
    [JsonStringEnumMemberName("left")]
    Left,

    /// <summary>Its lease ran out.</summary>
    [JsonStringEnumMemberName("died")]
    Died,

    /// <summary>Another node cleans up after it.</summary>
    [JsonStringEnumMemberName("claimed")]
    Claimed,

    /// <summary>What it owned in Redis is gone.</summary>
    [JsonStringEnumMemberName("cleaned")]
    Cleaned,

    /// <summary>Redis does not answer.</summary>
    [JsonStringEnumMemberName("redis-lost")]
    RedisLost,

    /// <summary>Redis answers again.</summary>
    [JsonStringEnumMemberName("redis-back")]
    RedisBack,
}
