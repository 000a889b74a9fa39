using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Proxy;

[Collection(ProxyCollection.Name)]
public sealed class FrontDoorTests(SharedRedis redis)
{
    [Fact]
    public async Task Without_nodes_clients_are_told_when_to_come_back()
    {
        await using var cluster = new ProxyFixture(redis);
        var proxy = await cluster.StartProxyAsync();

        var response = await ProxyFixture.SendAsync(proxy, "/client/hubs/chat");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(503, problem.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Health_is_the_proxys_own_and_needs_a_node()
    {
        await using var cluster = new ProxyFixture(redis);
        var proxy = await cluster.StartProxyAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ProxyFixture.SendAsync(proxy, "/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ProxyFixture.SendAsync(proxy, "/alive")).StatusCode);

        var node = await cluster.StartNodeAsync();
        await Eventually.True(
            async () => (await ProxyFixture.SendAsync(proxy, "/health")).StatusCode == HttpStatusCode.OK, "the proxy is healthy");
        Assert.Equal(0, node.Requests);
    }

    [Fact]
    public async Task The_proxy_waits_for_a_redis_that_comes_later_and_outlives_one_that_goes()
    {
        var late = SharedRedis.Reserve();
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyAsync($"--ConnectionStrings:redis={late.ConnectionString}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ProxyFixture.SendAsync(proxy, "/request")).StatusCode);

        await late.InitializeAsync();
        await using var lateCluster = new ProxyFixture(late, cluster.ClusterName);
        await lateCluster.RegisterAsync(node);
        await ProxyFixture.KnowsAsync(proxy, 1);
        Assert.Equal(node.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));

        await late.DisposeAsync();
        await Eventually.True(
            async () => (await HealthAsync(proxy)).GetProperty("status").GetString() == "Degraded", "the proxy misses Redis");
        Assert.Equal(node.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));
    }

    [Fact]
    public async Task Nodes_learn_who_the_client_is_from_the_proxy_alone()
    {
        await using var cluster = new ProxyFixture(redis);
        await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, proxy.Urls.First() + "/request");
        request.Headers.Host = "chat.example.org";
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "evil.example.org");
        request.Headers.Add("Forwarded", "for=6.6.6.6");

        var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        var seen = await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(TestContext.Current.CancellationToken);
        Assert.Equal("127.0.0.1", seen!["x-forwarded-for"]);
        Assert.Equal("http", seen["x-forwarded-proto"]);
        Assert.Equal("chat.example.org", seen["x-forwarded-host"]);
        Assert.DoesNotContain("forwarded", seen.Keys);
    }

    [Fact]
    public async Task A_body_larger_than_any_message_is_refused()
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1);

        var allowed = await ProxyFixture.SendAsync(proxy, "/count", HttpMethod.Post, new ByteArrayContent(new byte[1024 * 1024]));

        // Asks first: else the connection may be closed while the body is still being sent, before the answer is read.
        var refused = await ProxyFixture.SendAsync(
            proxy, "/count", HttpMethod.Post, new ByteArrayContent(new byte[2 * 1024 * 1024]), expectContinue: true);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal(node.NodeId, ProxyFixture.NodeOf(await ProxyFixture.SendAsync(proxy, "/request")));
    }

    private static async Task<JsonElement> HealthAsync(Microsoft.AspNetCore.Builder.WebApplication proxy) =>
        await (await ProxyFixture.SendAsync(proxy, "/health")).Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
}
