namespace WsCluster.Tests.Kit;

/// <summary>The servers on which the cluster must behave alike.</summary>
public enum RedisKind
{
    /// <summary>Garnet inside the test process, as the AppHost embeds it.</summary>
    Embedded,

    /// <summary>A <c>redis-server</c> process.</summary>
    RedisServer,
}
