using System.Net;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster.Protocol;

/// <summary>Who may connect, and as whom.</summary>
[Collection<EmbeddedClusterCollection>]
public sealed class AccessTokenTests(EmbeddedClusterFixture fixture) : ClusterTest(fixture)
{
    private INode Node => Cluster.Nodes[0];

    private string Audience => $"{TestCluster.PublicEndpoint}/client/hubs/{Hub}";

    [Fact]
    public async Task No_token_is_refused()
    {
        var handshake = await Handshake.TryAsync(TestCluster.ClientUrlWithToken(Node, Hub, null), Subprotocols.Json);
        Assert.Equal(HttpStatusCode.Unauthorized, handshake.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9..")]
    public async Task Nonsense_is_refused(string token) => Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(token));

    [Fact]
    public async Task A_token_of_another_key_is_refused() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(AccessTokens.Sign(Claims(), "some other key that is long enough, too")));

    [Fact]
    public async Task The_secondary_key_is_good() =>
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await TryAsync(AccessTokens.Sign(Claims(), AccessTokens.SecondaryAccessKey)));

    [Theory]
    [InlineData("none")]
    [InlineData("HS512")]
    public async Task Another_algorithm_is_refused(string algorithm) =>
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(AccessTokens.Sign(Claims(), algorithm: algorithm)));

    [Fact]
    public async Task A_changed_token_is_refused()
    {
        var parts = AccessTokens.Sign(Claims()).Split('.');
        var other = AccessTokens.Sign(AccessTokens.Claims(Audience, "somebody else")).Split('.');
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync($"{parts[0]}.{other[1]}.{parts[2]}"));
    }

    [Theory]
    [InlineData("exp", -3600, HttpStatusCode.Unauthorized)]
    [InlineData("exp", -5, HttpStatusCode.SwitchingProtocols)]
    [InlineData("exp", null, HttpStatusCode.Unauthorized)]
    [InlineData("nbf", 3600, HttpStatusCode.Unauthorized)]
    [InlineData("nbf", 5, HttpStatusCode.SwitchingProtocols)]
    [InlineData("nbf", -5, HttpStatusCode.SwitchingProtocols)]
    public async Task Times_are_honoured_with_some_skew(string claim, int? seconds, HttpStatusCode expected)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (seconds is { } offset)
        {
            claims[claim] = DateTimeOffset.UtcNow.AddSeconds(offset).ToUnixTimeSeconds();
        }

        Assert.Equal(expected, await TryAsync(AccessTokens.Sign(claims)));
    }

    [Theory]
    [InlineData("http://elsewhere.test/client/hubs/HUB")]
    [InlineData("https://wscluster.test/client/hubs/HUB")]
    [InlineData("http://wscluster.test/client/hubs/other")]
    [InlineData("http://wscluster.test/client/hubs")]
    [InlineData("http://wscluster.test/api/hubs/HUB")]
    [InlineData("http://wscluster.test")]
    [InlineData("HUB")]
    [InlineData("")]
    public async Task An_audience_that_is_not_this_hub_is_refused(string audience)
    {
        var claims = Claims();
        claims["aud"] = audience.Replace("HUB", Hub, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(AccessTokens.Sign(claims)));
    }

    [Fact]
    public async Task A_token_without_audience_is_refused()
    {
        var claims = Claims();
        claims.Remove("aud");
        Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync(AccessTokens.Sign(claims)));
    }

    [Fact]
    public async Task An_audience_may_be_a_list_in_any_case_and_the_nodes_own_address()
    {
        var claims = Claims();
        claims["aud"] = new[] { "http://elsewhere.test/client/hubs/x", Audience };
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await TryAsync(AccessTokens.Sign(claims)));
        claims["aud"] = Audience.ToUpperInvariant();
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await TryAsync(AccessTokens.Sign(claims)));
        claims["aud"] = $"http://{Node.Address.Authority}/client/hubs/{Hub}";
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await TryAsync(AccessTokens.Sign(claims)));
    }

    [Fact]
    public async Task The_header_does_when_the_query_has_no_token()
    {
        var url = TestCluster.ClientUrlWithToken(Node, Hub, null);
        var good = await Handshake.TryAsync(url, $"Bearer {AccessTokens.Sign(Claims())}", [Subprotocols.Json]);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, good.Status);

        var bad = await Handshake.TryAsync(url, "Bearer nonsense", [Subprotocols.Json]);
        Assert.Equal(HttpStatusCode.Unauthorized, bad.Status);

        var both = await Handshake.TryAsync(
            TestCluster.ClientUrlWithToken(Node, Hub, "nonsense"), $"Bearer {AccessTokens.Sign(Claims())}", [Subprotocols.Json]);
        Assert.Equal(HttpStatusCode.Unauthorized, both.Status);
    }

    [Fact]
    public async Task The_subject_is_the_user_and_may_be_missing()
    {
        var known = await ConnectAsync(0, "käthe");
        var anonymous = await ConnectAsync(0);

        Assert.Equal("käthe", known.UserId);
        Assert.Null(anonymous.UserId);
    }

    [Fact]
    public async Task Roles_and_groups_may_be_single_strings()
    {
        var claims = Claims();
        claims["role"] = Roles.Send;
        claims["webpubsub.group"] = "g";
        var client = Own(await TestClient.ConnectAsync(TestCluster.ClientUrlWithToken(Node, Hub, AccessTokens.Sign(claims))));

        await client.SendToGroupAsync("g", 1).Succeeds();

        await client.Messages.WaitForCountAsync(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("1025")]
    public async Task A_bad_group_in_the_token_is_a_bad_request(string group)
    {
        var claims = Claims();
        claims["webpubsub.group"] = new[] { "good", group == "1025" ? new string('g', 1025) : group };
        Assert.Equal(HttpStatusCode.BadRequest, await TryAsync(AccessTokens.Sign(claims)));
    }

    private Dictionary<string, object?> Claims() => AccessTokens.Claims(Audience, "u");

    private async Task<HttpStatusCode> TryAsync(string token) =>
        (await Handshake.TryAsync(TestCluster.ClientUrlWithToken(Node, Hub, token), Subprotocols.Json)).Status;
}
