using WsCluster.Tests.Aspire;

namespace WsCluster.Tests.Kit;

/// <content>Lets Aspire start the cluster; <c>Local/ClusterFixture.cs</c> is its twin.</content>
public abstract partial class ClusterFixture
{
    private AspireCluster? _orchestrated;

    /// <summary>The cluster.</summary>
    public async Task<ICluster> GetAsync()
    {
        Orchestrator.SkipIfMissing();
        return _orchestrated ??= Add(await AspireCluster.StartAsync(await StartRedisAsync(), proxySettings));
    }
}
