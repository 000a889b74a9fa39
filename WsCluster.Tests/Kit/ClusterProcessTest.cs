namespace WsCluster.Tests.Kit;

/// <summary>Base of tests on a shared cluster whose processes they kill, pause, look into or add to.</summary>
public abstract class ClusterProcessTest(ClusterFixture fixture) : SharedClusterTest<TestCluster>
{
    private protected sealed override Task<TestCluster> GetAsync() => fixture.GetProcessesAsync();

    /// <summary>Whether a session waits for its client, and no node has it.</summary>
    private protected async Task<bool> IsDetachedAsync(RecoveringClient client) =>
        await RedisContents.SessionOwnerAsync(Cluster.Redis, Cluster.Keys, Hub, client.ConnectionId) == "";
}
