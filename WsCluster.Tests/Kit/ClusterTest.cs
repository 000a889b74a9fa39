namespace WsCluster.Tests.Kit;

/// <summary>Base of tests on a shared cluster, whoever started it.</summary>
public abstract class ClusterTest(ClusterFixture fixture) : SharedClusterTest<ICluster>
{
    private protected sealed override Task<ICluster> GetAsync() => fixture.GetAsync();
}
