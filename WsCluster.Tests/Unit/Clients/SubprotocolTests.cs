using WsCluster.Server.Clients;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>Protocol, section 1.2, as far as the subprotocols are spoken.</summary>
public sealed class SubprotocolTests
{
    private const string Reliable = "json.reliable.webpubsub.azure.v1";

    [Theory]
    [InlineData("", null, null)]
    [InlineData("json.webpubsub.azure.v1", "json.webpubsub.azure.v1", null)]
    [InlineData("JSON.WebPubSub.azure.v1", "JSON.WebPubSub.azure.v1", null)]
    [InlineData("mqtt", null, null)]
    [InlineData("mqtt json.webpubsub.azure.v1", "json.webpubsub.azure.v1", null)]
    [InlineData("json.webpubsub.azure.v1 JSON.webpubsub.azure.v1", "json.webpubsub.azure.v1", null)]
    [InlineData("json.webpubsub.azure.v11", null, null)]
    [InlineData(Reliable, Reliable, null)]
    [InlineData("JSON.Reliable.webpubsub.azure.v1", "JSON.Reliable.webpubsub.azure.v1", null)]
    [InlineData("mqtt PROTOBUF.webpubsub.azure.v1", null, "PROTOBUF.webpubsub.azure.v1")]
    [InlineData("PROTOBUF.webpubsub.azure.v1 " + Reliable, Reliable, "PROTOBUF.webpubsub.azure.v1")]
    [InlineData("protobuf.reliable.webpubsub.azure.v1", null, "protobuf.reliable.webpubsub.azure.v1")]
    [InlineData(Reliable + " json.webpubsub.azure.v1", Reliable, null)]
    [InlineData("json.webpubsub.azure.v1 " + Reliable, "json.webpubsub.azure.v1", null)]
    public void The_first_that_is_spoken_is_selected_in_the_clients_spelling(string offered, string? selected, string? unsupported)
    {
        var names = offered.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(selected, Subprotocol.Select(names));
        Assert.Equal(unsupported, Subprotocol.FindUnsupported(names));
    }

    [Theory]
    [InlineData(null, nameof(ClientEncoding.Simple))]
    [InlineData("json.webpubsub.azure.v1", nameof(ClientEncoding.Json))]
    [InlineData("JSON.webpubsub.azure.v1", nameof(ClientEncoding.Json))]
    [InlineData(Reliable, nameof(ClientEncoding.ReliableJson))]
    [InlineData("json.RELIABLE.webpubsub.azure.v1", nameof(ClientEncoding.ReliableJson))]
    public void A_subprotocol_has_its_encoding(string? name, string encoding) =>
        Assert.Equal(encoding, Subprotocol.Encoding(name).ToString());
}
