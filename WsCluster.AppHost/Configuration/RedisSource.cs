namespace WsCluster.AppHost.Configuration;

/// <summary>Where the cluster's Redis comes from.</summary>
internal enum RedisSource
{
    /// <summary>A container under Aspire where a container runtime answers; else a server inside the AppHost's process.</summary>
    Auto,

    /// <summary>A server inside the AppHost's process (<see cref="Redis.EmbeddedRedis"/>).</summary>
    Embedded,

    /// <summary>A container that the AppHost starts; the Aspire way alone can do that.</summary>
    Container,

    /// <summary>One that runs already, given by its connection string.</summary>
    External,
}
