using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Tests.Kit;

/// <summary>Three nodes, a proxy and a Redis, whoever started them.</summary>
public interface ICluster : IAsyncDisposable
{
    /// <summary>The Redis.</summary>
    TestRedis Redis { get; }

    /// <summary>Names of the keys in Redis.</summary>
    ClusterKeys Keys { get; }

    /// <summary>Nodes that run.</summary>
    IReadOnlyList<INode> Nodes { get; }

    /// <summary>The proxy.</summary>
    IWebServer Proxy { get; }

    /// <summary>From now on <see cref="Logs"/> begins here.</summary>
    void MarkLogs();

    /// <summary>What nodes and proxy wrote since <see cref="MarkLogs"/>.</summary>
    string Logs();
}
