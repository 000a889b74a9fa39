using System.Text.Json.Serialization;

namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>What a node says of itself. Dead is no state: a node whose lease ran out is not in the registry any more.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeState>))]
public enum NodeState
{
    /// <summary>Registered, but its interest is not all in Redis yet: no clients.</summary>
    [JsonStringEnumMemberName("joining")]
    Joining,

    /// <summary>Takes clients.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>About to stop: no new clients.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,
}
