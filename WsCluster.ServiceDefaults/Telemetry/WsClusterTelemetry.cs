using System.Diagnostics;

namespace WsCluster.ServiceDefaults.Telemetry;

/// <summary>The names under which WsCluster's own metrics and traces are found.</summary>
public static class WsClusterTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "WsCluster";

    /// <summary>The source of WsCluster's spans: one per Redis script (<see cref="Redis.RedisScript"/>).</summary>
    public static ActivitySource Source { get; } = new(Name);
}
