namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>What the cluster's Redis is.</summary>
internal enum RedisKind
{
    /// <summary><c>redis-server</c>.</summary>
    Redis,

    /// <summary>Garnet, in a process of its own that this program runs.</summary>
    Garnet,
}
