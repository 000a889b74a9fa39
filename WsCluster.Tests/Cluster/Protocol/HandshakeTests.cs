using System.Net;
using System.Net.WebSockets;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>The client endpoint before the upgrade: paths, hub names, recovery.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class HandshakeTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    private INode Node => Cluster.Nodes[0];

    [Theory]
    [InlineData("1chat")]
    [InlineData("_chat")]
    [InlineData("a-b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("129")]
    public async Task A_bad_hub_name_is_refused(string hub)
    {
        hub = hub == "129" ? new string('h', 129) : hub;
        var handshake = await Handshake.TryAsync(TestCluster.ClientUrl(Node, hub), Subprotocols.Json);
        Assert.Equal(HttpStatusCode.BadRequest, handshake.Status);
    }

    [Theory]
    [InlineData("h")]
    [InlineData("H_`,.[]9")]
    [InlineData("128")]
    public async Task A_good_hub_name_needs_no_registration(string hub)
    {
        hub = hub == "128" ? new string('h', 128) : hub;
        var handshake = await Handshake.TryAsync(TestCluster.ClientUrl(Node, hub), Subprotocols.Json);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, handshake.Status);
        Assert.Equal(Node.NodeId, handshake.Headers["x-wscluster-node"].Single());
    }

    [Fact]
    public async Task Hub_names_do_not_depend_on_case()
    {
        var lower = await ConnectAsync(0, groups: ["g"]);
        var upper = await ConnectAsync(Cluster.Nodes[1], Hub.ToUpperInvariant());

        await upper.SendToGroupAsync("g", 1).Succeeds();

        await lower.Messages.WaitForCountAsync(1);
    }

    [Theory]
    [InlineData("/client/?hub=HUB")]
    [InlineData("/client?hub=HUB")]
    [InlineData("/client/hubs/HUB")]
    public async Task Both_forms_of_the_address_lead_to_the_hub(string path)
    {
        var url = WithPath(path.Replace("HUB", Hub, StringComparison.Ordinal), Token(Hub));
        var client = Own(await TestClient.ConnectAsync(url));
        var other = await ConnectAsync(1, groups: ["g"]);

        await client.SendToGroupAsync("g", 1).Succeeds();

        await other.Messages.WaitForCountAsync(1);
    }

    [Fact]
    public async Task The_path_ws_means_the_hub_default()
    {
        var client = Own(await TestClient.ConnectAsync(WithPath("/ws", Token("default"))));
        var other = await ConnectAsync(Cluster.Nodes[1], "default", groups: [Hub]);

        await client.SendToGroupAsync(Hub, 1).Succeeds();

        await other.Messages.WaitForCountAsync(1);
    }

    [Fact]
    public async Task A_request_that_is_no_upgrade_is_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, await Node.GetStatusAsync($"/client/hubs/{Hub}?access_token={Token(Hub)}"));
    }

    [Theory]
    [InlineData(Subprotocols.Json)]
    [InlineData(Subprotocols.JsonReliable)]
    public async Task A_recovery_that_cannot_be_is_refused_after_the_upgrade(string subprotocol)
    {
        // An HTTP status would be read as a passing fault, and tried again for 30 s.
        var url = TestCluster.ClientUrl(Node, Hub, query: "awps_connection_id=AAAAAAAAAAAAAAAAAAAAAA.nosuchnode&awps_reconnection_token=x");
        using var socket = await SocketClient.OpenAsync(url, subprotocol);
        Assert.Equal(subprotocol, socket.SubProtocol);
        await AssertClosedAsync(socket, 1008);
    }

    [Fact]
    public async Task A_recovery_needs_no_access_token()
    {
        var url = TestCluster.ClientUrlWithToken(Node, Hub, null, "awps_connection_id=x&awps_reconnection_token=y");
        using var socket = await SocketClient.OpenAsync(url, Subprotocols.JsonReliable);
        await AssertClosedAsync(socket, 1008);
    }

    [Theory]
    [InlineData("awps_reconnection_token=x")]
    [InlineData("awps_connection_id=&awps_reconnection_token=x")]
    public async Task A_reconnection_token_alone_is_ignored(string query)
    {
        var client = Own(await TestClient.ConnectAsync(TestCluster.ClientUrl(Node, Hub, "u", query: query)));
        Assert.Equal("u", client.UserId);
    }

    private static async Task AssertClosedAsync(ClientWebSocket socket, int code)
    {
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(new byte[4096].AsMemory(), TestContext.Current.CancellationToken);
        }
        while (result.MessageType != WebSocketMessageType.Close);

        Assert.Equal(code, (int)socket.CloseStatus!.Value);
    }

    private static string Token(string hub) => AccessTokens.Create($"{TestCluster.PublicEndpoint}/client/hubs/{hub}", roles: Roles.All);

    private Uri WithPath(string path, string token)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return new Uri($"ws://{Node.Address.Authority}{path}{separator}access_token={token}");
    }
}
