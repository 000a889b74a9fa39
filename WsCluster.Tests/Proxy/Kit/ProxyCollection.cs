using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Proxy.Kit;

/// <summary>The tests that share one redis-server; one after the other, as each runs several web servers.</summary>
[CollectionDefinition(Name)]
public sealed class ProxyCollection : ICollectionFixture<SharedRedis>
{
    public const string Name = "proxy";
}
