namespace WsCluster.Tests.Kit;

/// <content>Starts the processes itself; <c>Aspire/ClusterFixture.cs</c> is its twin.</content>
public abstract partial class ClusterFixture
{
    /// <summary>The cluster.</summary>
    public async Task<ICluster> GetAsync() => await GetProcessesAsync();
}
