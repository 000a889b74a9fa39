using WsCluster.Tests.Demo.Browser;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>Tests on a cluster whose proxy serves the demo.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class DemoCollection : ICollectionFixture<DemoClusterFixture>, ICollectionFixture<ChromiumBrowser>;

/// <summary>Three nodes and a proxy with the demo switched on.</summary>
public sealed class DemoClusterFixture() : ClusterFixture(RedisKind.Embedded, Settings)
{
    /// <summary>Switches the demo on.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>
    {
        ["WsCluster__Proxy__Demo"] = "true",
        ["WsCluster__AccessKey"] = AccessTokens.AccessKey,
    };
}
