using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WsCluster.AppHost.Topology;
using WsCluster.Server;
using WsCluster.ServiceDefaults;

namespace WsCluster.Tests.AppHost;

/// <summary>What nodes and proxy are started with.</summary>
public sealed class ClusterTopologyTests
{
    private const string Redis = "127.0.0.1:7000";

    [Fact]
    public void Every_process_has_its_address_and_the_same_Redis_and_key()
    {
        var plans = Read([]).Plan(Redis);

        Assert.Equal(["proxy", "node-1", "node-2", "node-3"], plans.Select(plan => plan.Name));
        Assert.Equal([8080, 8081, 8082, 8083], plans.Select(plan => plan.Address.Port));
        Assert.All(plans, plan => Assert.Equal($"http://localhost:{plan.Address.Port}", plan.Variables["ASPNETCORE_URLS"]));
        Assert.All(plans, plan => Assert.Equal(Redis, plan.Variables["ConnectionStrings__redis"]));
        Assert.All(plans, plan => Assert.Equal("true", plan.Variables["WsCluster__ExitWithParent"]));
        Assert.Single(plans.Select(plan => plan.Variables["WsCluster__AccessKey"]).Distinct());
    }

    [Fact]
    public void Generates_a_key_of_256_bits_unless_one_is_configured()
    {
        var generated = Key(Read([]));
        Assert.Equal(32, Convert.FromBase64String(generated).Length);
        Assert.NotEqual(generated, Key(Read([])));

        var configured = Read(new() { ["WsCluster:AccessKey"] = "configured", ["Cluster:ProxyPort"] = "9000" });
        Assert.Equal("Endpoint=http://localhost:9000;AccessKey=configured;Version=1.0;", configured.ClientConnectionString);
        Assert.Equal("configured", Key(configured));

        static string Key(ClusterTopology topology) => topology.Plan(Redis)[1].Variables["WsCluster__AccessKey"];
    }

    [Fact]
    public void Hands_on_what_is_configured()
    {
        var variables = Read(new() { ["WsCluster:ClusterName"] = "blue", ["WsCluster:Limits:MaxConnections"] = "7" }).Plan(Redis)[1].Variables;

        Assert.Equal("blue", variables["WsCluster__ClusterName"]);
        Assert.Equal("7", variables["WsCluster__Limits__MaxConnections"]);
    }

    [Theory]
    [InlineData("WsCluster:PublicEndpoints")]
    [InlineData("WsCluster:PublicEndpoints:0")]
    public void Configured_public_endpoints_count_besides_the_proxy(string key)
    {
        var variables = Read(new() { [key] = "https://ws.example.org" }).Plan(Redis)[1].Variables;

        Assert.Equal("http://localhost:8080;http://127.0.0.1:8080;https://ws.example.org", variables["WsCluster__PublicEndpoints"]);
        Assert.Single(variables.Keys, name => name.StartsWith("WsCluster__PublicEndpoints", StringComparison.Ordinal));
    }

    [Fact]
    public void Anonymous_clients_are_allowed_in_development_alone()
    {
        Assert.Equal("true", Read([]).Plan(Redis)[1].Variables["WsCluster__AllowAnonymous"]);
        Assert.Contains("wscluster.broadcast", Read([]).Plan(Redis)[1].Variables["WsCluster__AnonymousRoles"], StringComparison.Ordinal);
        Assert.DoesNotContain("WsCluster__AllowAnonymous", Read([], "Production").Plan(Redis)[1].Variables.Keys);

        var configured = Read(new() { ["WsCluster:AllowAnonymous"] = "false", ["WsCluster:AnonymousRoles"] = "webpubsub.sendToGroup" }).Plan(Redis)[1];
        Assert.Equal("false", configured.Variables["WsCluster__AllowAnonymous"]);
        Assert.Equal("webpubsub.sendToGroup", configured.Variables["WsCluster__AnonymousRoles"]);
    }

    [Theory]
    [InlineData("Development", null, "http://localhost:8080/")]
    [InlineData("Development", "false", null)]
    [InlineData("Production", "true", "http://localhost:8080/")]
    [InlineData("Production", null, null)]
    public void The_demo_page_is_where_the_proxy_will_serve_it(string environment, string? option, string? page)
    {
        var topology = Read(new() { ["WsCluster:Proxy:Demo"] = option }, environment);

        Assert.Equal(page, topology.DemoPage?.ToString());
        Assert.Equal(option, topology.Plan(Redis)[0].Variables.GetValueOrDefault("WsCluster__Proxy__Demo"));
    }

    [Fact]
    public void Telemetry_tells_processes_apart()
    {
        var plans = Read(new() { ["OTEL_RESOURCE_ATTRIBUTES"] = "team=chat" }).Plan(Redis);

        Assert.Equal(["wscluster-proxy", "wscluster-server"], plans.Take(2).Select(plan => plan.Variables["OTEL_SERVICE_NAME"]));
        Assert.Equal("team=chat,service.instance.id=node-2", plans[2].Variables["OTEL_RESOURCE_ATTRIBUTES"]);
    }

    [Fact]
    public void One_advertised_address_for_several_nodes_is_refused()
    {
        var exception = Assert.Throws<InvalidConfigurationException>(
            () => Read(new() { ["WsCluster:AdvertisedAddress"] = "http://host:8081" }));

        Assert.StartsWith("WsCluster:AdvertisedAddress", exception.Message, StringComparison.Ordinal);
        Assert.Equal(
            "http://host:8081",
            Read(new() { ["WsCluster:AdvertisedAddress"] = "http://host:8081", ["Cluster:Nodes"] = "1" }).Plan(Redis)[1].Variables["WsCluster__AdvertisedAddress"]);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("00:00:00", "00:00:01")]
    [InlineData("00:05:00", null)]
    [InlineData("soon", null)]
    public void A_node_gets_the_time_that_it_gives_itself_to_stop(string? window, string? closeTimeout)
    {
        Dictionary<string, string?> values = new() { ["WsCluster:DrainWindow"] = window, ["WsCluster:CloseTimeout"] = closeTimeout };
        var nodes = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        nodes.Configuration.AddInMemoryCollection(values.Where(value => value.Value is not (null or "soon")).Append(new("WsCluster:AllowAnonymous", "true")));
        nodes.AddNode();
        using var services = nodes.Services.BuildServiceProvider();
        var own = services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;

        // A little more, but a process that hangs must not keep one waiting.
        Assert.InRange(Read(values).StopTime, own + TimeSpan.FromSeconds(1), own + TimeSpan.FromSeconds(5));
    }

    private static ClusterTopology Read(Dictionary<string, string?> values, string environment = "Development") =>
        ClusterTopology.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), environment);
}
