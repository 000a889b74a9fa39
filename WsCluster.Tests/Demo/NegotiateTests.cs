using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>The tokens of the demo's clients.</summary>
[Collection<DemoCollection>]
public sealed class NegotiateTests(DemoClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task The_URL_lets_a_client_do_what_the_page_shows()
    {
        var (ann, bob) = (await ConnectAsync("ann"), await ConnectAsync("bob"));
        Assert.Equal("ann", ann.UserId);

        await bob.JoinAsync("lobby").Succeeds();
        await ann.SendToGroupAsync("lobby", "group").Succeeds();
        await ann.SendToUserAsync("bob", "user").Succeeds();
        await ann.SendToConnectionAsync(bob.ConnectionId, "connection").Succeeds();
        await ann.BroadcastAsync("everyone").Succeeds();

        var received = await bob.Messages.WaitForCountAsync(4);
        Assert.Equal(["group", "user", "connection", "everyone"], received.Select(message => message.Text));
        Assert.All(received, message => Assert.Equal("ann", message.FromUserId));
    }

    [Fact]
    public async Task The_answer_names_hub_and_user_and_is_kept_by_nobody()
    {
        using var response = await Cluster.Proxy.GetAsync("/demo/negotiate?hub=demo_x&user=Zo%C3%AB");

        Assert.True(response.Headers.CacheControl?.NoStore);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("demo_x", answer.GetProperty("hub").GetString());
        Assert.Equal("Zoë", answer.GetProperty("userId").GetString());
        Assert.StartsWith(
            $"ws://{Cluster.Proxy.Address.Authority}/client/hubs/demo_x?access_token=", answer.GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_good_for_an_hour_and_for_the_endpoint_that_was_asked()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/demo/negotiate?hub=demo&user=ann") { Headers = { Host = "demo.example:8443" } };
        using var response = await Cluster.Proxy.OpenAsync(request);

        var url = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("url").GetString()!;
        Assert.StartsWith("ws://demo.example:8443/client/hubs/demo?", url, StringComparison.Ordinal);
        var claims = Claims(url);
        Assert.Contains("http://demo.example:8443/client/hubs/demo", claims.GetProperty("aud").EnumerateArray().Select(audience => audience.GetString()));
        Assert.Equal(3600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
    }

    [Theory]
    [InlineData("?user=ann", "hub")]
    [InlineData("?hub=&user=ann", "hub")]
    [InlineData("?hub=chat&user=ann", "hub")]
    [InlineData("?hub=demo.x&user=ann", "hub")]
    [InlineData("?hub=demo_&user=ann", "hub")]
    [InlineData("?hub=demo&hub=demo&user=ann", "hub")]
    [InlineData("?hub=demo", "user")]
    [InlineData("?hub=demo&user=%20", "user")]
    [InlineData("?hub=demo&user=a%0Ab", "user")]
    [InlineData("?hub=demo&user=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", "user")]
    public async Task Anything_else_is_refused_with_what_it_takes(string query, string name)
    {
        using var response = await Cluster.Proxy.GetAsync("/demo/negotiate" + query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.StartsWith($"'{name}' ", detail, StringComparison.Ordinal);
        Assert.Contains("it takes ", detail, StringComparison.Ordinal);
    }

    private async Task<TestClient> ConnectAsync(string user)
    {
        using var response = await Cluster.Proxy.GetAsync($"/demo/negotiate?hub=demo_{Hub}&user={user}");
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return Own(await TestClient.ConnectAsync(new Uri(answer.GetProperty("url").GetString()!)));
    }

    private static JsonElement Claims(string url)
    {
        var payload = url.Split("access_token=")[1].Split('.')[1];
        return JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
    }
}
