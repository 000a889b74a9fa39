using Aspire.Hosting;
using Aspire.Hosting.Testing;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Aspire;

/// <summary>The AppHost with a Redis of its own, started by Aspire.</summary>
[Collection<OwnClusterCollection>]
public sealed class AspireStartTests : ProcessTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Starts_a_cluster_on_the_embedded_Redis()
    {
        Orchestrator.SkipIfMissing();
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.WsCluster_AppHost>(
            ["--Cluster:Redis=embedded", "--Cluster:Nodes=2"], TestContext.Current.CancellationToken);
        await using var application = await builder.BuildAsync(TestContext.Current.CancellationToken);

        await application.StartAsync(TestContext.Current.CancellationToken).Within("Aspire starts", Deadline);

        await application.ResourceNotifications.WaitForResourceHealthyAsync("proxy", TestContext.Current.CancellationToken)
            .Within("Aspire finds the proxy healthy", Deadline);
        var proxy = new AspireProxy("proxy", application.GetEndpoint("proxy", "http"));
        await Eventually.True(async () => (await proxy.GetClusterAsync()).ReadyCount == 2, "the proxy reaches a node that sees both");
        await using var client = await TestClient.ConnectAsync(TestCluster.ClientUrlWithToken(proxy, "chat", token: null));
        await client.JoinAsync("lobby").Succeeds();
    }
}
