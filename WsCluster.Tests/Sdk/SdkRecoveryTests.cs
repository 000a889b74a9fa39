using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Sdk;

/// <summary>The SDK with its reliable protocol, which is its default, comes back to its session.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class SdkRecoveryTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task It_recovers_from_every_close_code_but_the_one_that_ends_the_session()
    {
        var script = Own(NodeJs.Start("recover.mjs", Endpoint(Cluster.Nodes[0]), Endpoint(Cluster.Nodes[1]), AccessTokens.AccessKey, Hub));
        var exit = await script.WaitForExitAsync();
        Assert.True(exit == 0, $"The script failed:\n{string.Join('\n', script.Log.From(0))}");
    }

    private static string Endpoint(IWebServer process) => process.Address.GetLeftPart(UriPartial.Authority);
}
