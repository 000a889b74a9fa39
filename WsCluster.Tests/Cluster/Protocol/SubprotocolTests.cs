using System.Net;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>Which sub-protocol is chosen.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class SubprotocolTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    [Theory]
    [InlineData("json.webpubsub.azure.v1", "json.webpubsub.azure.v1")]
    [InlineData("JSON.WebPubSub.azure.V1", "JSON.WebPubSub.azure.V1")]
    [InlineData("json.reliable.webpubsub.azure.v1", "json.reliable.webpubsub.azure.v1")]
    [InlineData("JSON.Reliable.webpubsub.azure.v1,json.webpubsub.azure.v1", "JSON.Reliable.webpubsub.azure.v1")]
    [InlineData("json.webpubsub.azure.v1,json.reliable.webpubsub.azure.v1", "json.webpubsub.azure.v1")]
    [InlineData("mine,json.webpubsub.azure.v1", "json.webpubsub.azure.v1")]
    [InlineData("json.webpubsub.azure.v1,mine", "json.webpubsub.azure.v1")]
    [InlineData("mine", null)]
    [InlineData("", null)]
    public async Task The_first_known_one_is_chosen_in_the_clients_spelling(string offered, string? chosen)
    {
        var handshake = await Handshake.TryAsync(
            TestCluster.ClientUrl(Cluster.Nodes[0], Hub), offered.Split(',', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(HttpStatusCode.SwitchingProtocols, handshake.Status);
        Assert.Equal(chosen, handshake.Subprotocol);
    }

    [Theory]
    [InlineData(Subprotocols.Protobuf)]
    [InlineData(Subprotocols.ProtobufReliable)]
    public async Task One_that_is_not_spoken_yet_is_refused_before_the_upgrade(string subprotocol)
    {
        var handshake = await Handshake.TryAsync(TestCluster.ClientUrl(Cluster.Nodes[0], Hub), subprotocol);
        Assert.Equal(HttpStatusCode.BadRequest, handshake.Status);
    }
}
