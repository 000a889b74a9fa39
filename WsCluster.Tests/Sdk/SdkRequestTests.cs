using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Sdk;

/// <summary>The SDK <c>@azure/web-pubsub-client</c> with its plain JSON protocol, unmodified.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class SdkRequestTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public Task Everything_works_through_the_proxy() => RunAsync(Cluster.Proxy, Cluster.Proxy);

    [Fact]
    public Task Everything_works_straight_to_two_nodes() => RunAsync(Cluster.Nodes[0], Cluster.Nodes[1]);

    [Fact]
    public Task Everything_works_between_a_node_and_the_proxy() => RunAsync(Cluster.Nodes[2], Cluster.Proxy);

    private async Task RunAsync(IWebServer a, IWebServer b)
    {
        var script = Own(NodeJs.Start("requests.mjs", Endpoint(a), Endpoint(b), AccessTokens.AccessKey, Hub));
        var exit = await script.WaitForExitAsync();
        Assert.True(exit == 0, $"The script failed:\n{string.Join('\n', script.Log.From(0))}");
    }

    private static string Endpoint(IWebServer process) => process.Address.GetLeftPart(UriPartial.Authority);
}
