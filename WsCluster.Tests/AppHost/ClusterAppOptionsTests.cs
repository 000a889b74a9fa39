using Microsoft.Extensions.Configuration;
using WsCluster.AppHost.Configuration;
using WsCluster.ServiceDefaults;

namespace WsCluster.Tests.AppHost;

/// <summary>The options of section <c>Cluster</c>.</summary>
public sealed class ClusterAppOptionsTests
{
    [Fact]
    public void Has_three_nodes_and_finds_a_Redis_by_default() =>
        Assert.Equal(
            new ClusterAppOptions { Nodes = 3, ProxyPort = 8080, NodePort = 8081, Redis = RedisSource.Auto, Restart = false },
            Read([]));

    [Fact]
    public void Reads_every_option() =>
        Assert.Equal(
            new ClusterAppOptions
            {
                Nodes = 5,
                ProxyPort = 9000,
                NodePort = 9100,
                Redis = RedisSource.External,
                RedisConnectionString = "cache:6380,password=secret",
                Restart = true,
            },
            Read(new()
            {
                ["Cluster:Nodes"] = "5",
                ["Cluster:ProxyPort"] = "9000",
                ["Cluster:NodePort"] = "9100",
                ["Cluster:Redis"] = "cache:6380,password=secret",
                ["Cluster:Restart"] = "true",
            }));

    [Theory]
    [InlineData("auto", 0)]
    [InlineData("embedded", 1)]
    [InlineData("Container", 2)]
    [InlineData("localhost:6379", 3)]
    public void Knows_the_sources_of_Redis(string value, int source) =>
        Assert.Equal((RedisSource)source, Read(new() { ["Cluster:Redis"] = value }).Redis);

    [Fact]
    public void Connection_string_beats_the_option()
    {
        var options = Read(new() { ["Cluster:Redis"] = "other:6379", ["ConnectionStrings:redis"] = "cache" });

        Assert.Equal(RedisSource.External, options.Redis);
        Assert.Equal("cache", options.RedisConnectionString);
    }

    [Theory]
    [InlineData("Cluster:Nodes", "0", "from 1 to 64")]
    [InlineData("Cluster:Nodes", "65", "from 1 to 64")]
    [InlineData("Cluster:Nodes", "three", "from 1 to 64")]
    [InlineData("Cluster:ProxyPort", "65536", "from 1 to 65535")]
    [InlineData("Cluster:NodePort", "65534", "from 1 to 65533")]
    [InlineData("Cluster:ProxyPort", "8082", "Cluster:NodePort")]
    [InlineData("Cluster:Redis", "embeded", "HOST:PORT")]
    [InlineData("Cluster:Redis", ",", "HOST:PORT")]
    [InlineData("Cluster:Restart", "sometimes", "true or false")]
    [InlineData("Cluster:Node", "3", "Nodes, ProxyPort, NodePort, Redis, Restart")]
    public void Names_the_option_and_what_it_takes(string option, string value, string takes)
    {
        var exception = Assert.Throws<InvalidConfigurationException>(() => Read(new() { [option] = value }));

        Assert.StartsWith(option, exception.Message, StringComparison.Ordinal);
        Assert.Contains(takes, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_passwords_out_of_messages()
    {
        var exception = Assert.Throws<InvalidConfigurationException>(() => Read(new() { ["Cluster:Redis"] = "cache,password=secret" }));

        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
        Assert.Equal("cache:6380", RedisOption.Describe("cache:6380,password=secret"));
    }

    private static ClusterAppOptions Read(Dictionary<string, string?> values) =>
        ClusterAppOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
