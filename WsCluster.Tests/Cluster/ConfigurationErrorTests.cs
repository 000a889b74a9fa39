using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>A wrong option ends a node at start with a message that names it.</summary>
[Collection<OwnClusterCollection>]
public sealed class ConfigurationErrorTests : ProcessTest
{
    [Theory]
    [InlineData("ConnectionStrings__redis", "", "ConnectionStrings:redis")]
    [InlineData("WsCluster__AccessKey", "short", "WsCluster:AccessKey")]
    [InlineData("WsCluster__SecondaryAccessKey", "short", "WsCluster:SecondaryAccessKey")]
    [InlineData("WsCluster__PublicEndpoints", "ws://x", "WsCluster:PublicEndpoints")]
    [InlineData("WsCluster__AllowAnonymous", "perhaps", "WsCluster:AllowAnonymous")]
    [InlineData("WsCluster__ClusterName", "A b", "WsCluster:ClusterName")]
    [InlineData("WsCluster__LeaseDuration", "00:00:01", "WsCluster:LeaseDuration")]
    [InlineData("WsCluster__HeartbeatInterval", "soon", "WsCluster:HeartbeatInterval")]
    [InlineData("WsCluster__Compression", "perhaps", "WsCluster:Compression")]
    [InlineData("WsCluster__Hubs__1__SlowClients", "DropOldest", "WsCluster:Hubs has '1'")]
    [InlineData("WsCluster__Hubs__chat__SlowClients", "perhaps", "WsCluster:Hubs:chat:SlowClients")]
    [InlineData("WsCluster__Hubs__chat__SlowClients", "7", "WsCluster:Hubs:chat:SlowClients is 7")]
    public async Task The_message_names_the_option(string variable, string value, string option)
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__redis"] = "127.0.0.1:1", // Nobody there: the options are looked at first.
            ["WsCluster__AccessKey"] = AccessTokens.AccessKey,
            [variable] = value,
        };
        var node = Own(NodeProcess.Start("node", environment));

        Assert.Equal(2, await node.WaitForExitAsync());

        var log = string.Join('\n', node.Log.From(0));
        Assert.Contains("Configuration error: ", log, StringComparison.Ordinal);
        Assert.Contains(option, log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }
}
