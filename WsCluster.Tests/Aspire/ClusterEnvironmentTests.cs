namespace WsCluster.Tests.Aspire;

/// <summary>What nodes and proxy learn from Aspire when they start.</summary>
public sealed class ClusterEnvironmentTests
{
    private const string RedisAddress = "redis.example:6379,password=secret";
    private const string Redis = "--ConnectionStrings:redis=" + RedisAddress;

    [Fact]
    public async Task Nodes_know_Redis_the_keys_and_the_addresses_that_tokens_are_made_out_to()
    {
        await using var model = await AspireModel.ReadAsync(
            Redis, "--WsCluster:AccessKey=the one key", "--WsCluster:SecondaryAccessKey=the other key", "--WsCluster:PublicEndpoints=https://ws.example.org");

        var environment = await model.EnvironmentAsync("node");

        Assert.Equal(RedisAddress, environment["ConnectionStrings__redis"]);
        Assert.Equal("the one key", environment["WsCluster__AccessKey"]);
        Assert.Equal("the other key", environment["WsCluster__SecondaryAccessKey"]);
        Assert.Equal("http://localhost:8080;http://127.0.0.1:8080;https://ws.example.org", environment["WsCluster__PublicEndpoints"]);
        Assert.Equal("http://localhost:(a port of its own)", environment["ASPNETCORE_URLS"]);
    }

    [Fact]
    public async Task The_proxy_knows_Redis_the_first_key_and_the_nodes()
    {
        await using var model = await AspireModel.ReadAsync(
            Redis, "--WsCluster:AccessKey=the one key", "--Cluster:NodePort=7302", "--Cluster:ProxyPort=7301");

        var environment = await model.EnvironmentAsync("proxy");

        Assert.Equal(RedisAddress, environment["ConnectionStrings__redis"]);
        Assert.Equal("the one key", environment["WsCluster__AccessKey"]);
        Assert.Equal("http://localhost:7302", environment["services__node__http__0"]);
    }

    [Fact]
    public async Task A_key_that_nobody_configured_is_made_and_is_the_same_for_both()
    {
        await using var model = await AspireModel.ReadAsync(Redis);

        var key = (await model.EnvironmentAsync("node"))["WsCluster__AccessKey"];

        Assert.InRange(key.Length, 32, 1000);
        Assert.Equal(key, (await model.EnvironmentAsync("proxy"))["WsCluster__AccessKey"]);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("proxy")]
    public async Task Both_send_telemetry_and_let_everybody_in_on_a_developers_machine(string name)
    {
        await using var model = await AspireModel.ReadAsync(Redis, "--WsCluster:Hubs:chat:AtMostOnce=true");

        var environment = await model.EnvironmentAsync(name);

        Assert.StartsWith("http://localhost:", environment["OTEL_EXPORTER_OTLP_ENDPOINT"], StringComparison.Ordinal);
        Assert.Contains("OTEL_SERVICE_NAME", environment);
        Assert.Equal("Development", environment["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("true", environment["WsCluster__AllowAnonymous"]);
        Assert.Equal("true", environment["WsCluster__Hubs__chat__AtMostOnce"]);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_token_in_production()
    {
        await using var model = await AspireModel.ReadAsync(Redis, "--environment=Production");

        var environment = await model.EnvironmentAsync("node");

        Assert.Equal("Production", environment["ASPNETCORE_ENVIRONMENT"]);
        Assert.DoesNotContain("WsCluster__AllowAnonymous", environment);
    }
}
