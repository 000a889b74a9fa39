using System.Text.Json.Serialization;

namespace WsCluster.Proxy.Demo.Status;

/// <summary>Something that happened to the cluster.</summary>
/// <param name="Time">When the proxy noticed, milliseconds since the epoch.</param>
/// <param name="Kind">What.</param>
/// <param name="NodeId">To which node; null if it is about Redis.</param>
/// <param name="Address">That node's address.</param>
/// <param name="By">The node that cleans up, if it is known.</param>
internal sealed record StoryEvent(
    long Time,
    StoryKind Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NodeId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Address = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null);
