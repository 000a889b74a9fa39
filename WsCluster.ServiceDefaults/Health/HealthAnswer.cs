using System.Text.Json.Serialization;

namespace WsCluster.ServiceDefaults.Health;

/// <summary>Answer of <c>/health</c>.</summary>
/// <param name="Status">Healthy, Degraded or Unhealthy.</param>
/// <param name="UptimeSeconds">Age of the process, seconds.</param>
/// <param name="RedisRoundTripMs">Round trip of the last ping to Redis, milliseconds; null while Redis does not answer.</param>
/// <param name="Checks">The single checks.</param>
internal sealed record HealthAnswer(string Status, long UptimeSeconds, double? RedisRoundTripMs, IReadOnlyDictionary<string, CheckAnswer> Checks)
{
    /// <summary>What the process adds of its own (<see cref="IHealthDetails"/>).</summary>
    [JsonExtensionData]
    public Dictionary<string, object?> Details { get; init; } = [];
}

/// <param name="Status">Healthy, Degraded or Unhealthy.</param>
/// <param name="Description">What is wrong.</param>
internal sealed record CheckAnswer(string Status, string? Description);
