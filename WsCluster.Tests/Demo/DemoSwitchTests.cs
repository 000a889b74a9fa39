using System.Net;
using Microsoft.AspNetCore.Builder;
using WsCluster.ServiceDefaults;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>When the demo is on, and what of the proxy's paths is the nodes' when it is off.</summary>
[Collection(ProxyCollection.Name)]
public sealed class DemoSwitchTests(SharedRedis redis)
{
    private static readonly string[] Paths = ["/", "/demo/index.html", "/demo/negotiate?hub=demo&user=ann", "/demo/status"];

    [Theory]
    [InlineData("Production", "--WsCluster:Proxy:Demo=true", DemoOptions.Key)]
    [InlineData("Development", DemoOptions.Key)]
    public async Task It_is_on_in_development_or_where_it_is_switched_on(string environment, params string[] options)
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1, [$"--environment={environment}", .. options]);

        foreach (var path in Paths)
        {
            using var response = await GetHeadersAsync(proxy, path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Null(ProxyFixture.NodeOf(response));
        }

        Assert.Equal(0, node.Requests);
    }

    [Theory]
    [InlineData("Production", DemoOptions.Key)]
    [InlineData("Development", "--WsCluster:Proxy:Demo=false", DemoOptions.Key)]
    [InlineData("Development")]
    public async Task Else_its_paths_are_the_nodes_like_all_others(string environment, params string[] options)
    {
        await using var cluster = new ProxyFixture(redis);
        var node = await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1, [$"--environment={environment}", .. options]);

        foreach (var path in Paths)
        {
            using var response = await ProxyFixture.SendAsync(proxy, path);
            Assert.Equal(node.NodeId, ProxyFixture.NodeOf(response));
        }
    }

    [Theory]
    [InlineData("AccessKey is not set", "--WsCluster:Proxy:Demo=true")]
    [InlineData("AccessKey is shorter than 32 bytes", "--WsCluster:Proxy:Demo=true", "--WsCluster:AccessKey=short")]
    [InlineData("PublicEndpoints holds 'proxy:80'", "--environment=Development", DemoOptions.Key, "--WsCluster:PublicEndpoints=proxy:80")]
    public async Task A_demo_that_could_not_make_tokens_is_a_wrong_option(string message, params string[] options)
    {
        await using var cluster = new ProxyFixture(redis);

        var exception = await Assert.ThrowsAsync<InvalidConfigurationException>(() => cluster.StartProxyAsync(options));

        Assert.Contains("WsCluster:" + message, exception.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetHeadersAsync(WebApplication proxy, string path) =>
        path == "/demo/status" ? await StatusStream.RequestAsync(new Uri(proxy.Urls.First())) : await ProxyFixture.SendAsync(proxy, path);
}
