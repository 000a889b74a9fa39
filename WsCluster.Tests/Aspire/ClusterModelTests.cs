using Aspire.Hosting.ApplicationModel;

namespace WsCluster.Tests.Aspire;

/// <summary>Nodes and proxy as Aspire sees them.</summary>
public sealed class ClusterModelTests
{
    private const string Redis = "--ConnectionStrings:redis=redis.example:6379,password=secret";

    [Fact]
    public async Task Has_a_resource_for_everything()
    {
        await using var model = await AspireModel.ReadAsync(Redis, "--WsCluster:SecondaryAccessKey=the other key");

        string[] expected = ["access-key", "node", "proxy", "redis", "redis-connection-string", "secondary-access-key"];
        Assert.Equal(expected, model.Names.Intersect(expected).Order());
        foreach (var secret in new[] { "redis-connection-string", "access-key", "secondary-access-key" })
        {
            Assert.True(model.Get<ParameterResource>(secret).Secret, secret);
        }
    }

    [Fact]
    public async Task Has_a_load_test_that_waits_to_be_started_by_hand()
    {
        await using var model = await AspireModel.ReadAsync(Redis, "--Cluster:ProxyPort=7301");

        Assert.Single(model.Annotations<ExplicitStartupAnnotation>("load-test"));
        Assert.Equal(["fanout", "--url", "ws://localhost:7301/client/hubs/load"], await model.ArgumentsAsync("load-test"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5, "--Cluster:Nodes=5")]
    public async Task Has_as_many_nodes_as_asked_for_and_one_proxy(int nodes, params string[] arguments)
    {
        await using var model = await AspireModel.ReadAsync([Redis, .. arguments]);

        Assert.Equal(nodes, model.Get<ProjectResource>("node").GetReplicaCount());
        Assert.Equal(1, model.Get<ProjectResource>("proxy").GetReplicaCount());
    }

    [Fact]
    public async Task Lets_the_world_in_through_the_proxy_alone_on_the_ports_asked_for()
    {
        await using var model = await AspireModel.ReadAsync(Redis, "--Cluster:ProxyPort=7301", "--Cluster:NodePort=7302");

        var proxy = Assert.Single(model.Annotations<EndpointAnnotation>("proxy"));
        Assert.Equal(("http", 7301, true), (proxy.Name, proxy.Port, proxy.IsExternal));
        var node = Assert.Single(model.Annotations<EndpointAnnotation>("node"));
        Assert.Equal(("http", 7302, false), (node.Name, node.Port, node.IsExternal));

        // Aspire refuses fixed ports of the processes themselves where there are replicas.
        Assert.Null(node.TargetPort);
        Assert.True(node.IsProxied);
    }

    [Fact]
    public async Task Waits_for_what_answers_health_with_200()
    {
        await using var model = await AspireModel.ReadAsync(Redis);

        Assert.Equal(["redis"], WaitedFor("node"));
        Assert.Equal(["node", "redis"], WaitedFor("proxy"));
        foreach (var name in new[] { "node", "proxy" })
        {
            Assert.Equal($"{name}_http_/health_200_check", Assert.Single(model.Annotations<HealthCheckAnnotation>(name)).Key);
        }

        IEnumerable<string> WaitedFor(string name) => model.Annotations<WaitAnnotation>(name)
            .Where(wait => wait.WaitType == WaitType.WaitUntilHealthy).Select(wait => wait.Resource.Name).Distinct().Order();
    }

    [Theory]
    [InlineData("Demo page")]
    [InlineData("Demo page", "--environment=Production", "--WsCluster:Proxy:Demo=true")]
    [InlineData("Proxy", "--environment=Production")]
    [InlineData("Proxy", "--WsCluster:Proxy:Demo=false")]
    public async Task Links_to_the_demo_where_it_is_on_and_always_to_the_status(string root, params string[] arguments)
    {
        await using var model = await AspireModel.ReadAsync([Redis, .. arguments]);

        var urls = await model.UrlsAsync("proxy");

        Assert.Equal("http://localhost:8080", urls[root]);
        Assert.Equal("/cluster", urls["Cluster status"]); // Aspire puts the endpoint's address before it.
        Assert.Equal(2, urls.Count);
    }
}
