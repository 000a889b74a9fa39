using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WsCluster.ServiceDefaults;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Tests.Unit.Configuration;

public sealed class ClusterOptionsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_design()
    {
        var options = Read();

        Assert.Equal("default", options.ClusterName);
        Assert.Equal(TimeSpan.FromSeconds(1), options.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), options.LeaseDuration);
    }

    [Theory]
    [InlineData("ClusterName", "")]
    [InlineData("ClusterName", "Upper")]
    [InlineData("ClusterName", "a b")]
    [InlineData("ClusterName", "a{b}")]
    [InlineData("ClusterName", "a:b")]
    [InlineData("ClusterName", "ä")]
    [InlineData("ClusterName", "a\n")]
    [InlineData("ClusterName", "12345678901234567890123456789012345678901")]
    [InlineData("HeartbeatInterval", "00:00:00.05")]
    [InlineData("HeartbeatInterval", "-00:00:01")]
    [InlineData("LeaseDuration", "00:00:02.9")]
    [InlineData("LeaseDuration", "00:10:01")]
    public void A_wrong_option_is_named_with_what_it_takes(string option, string value)
    {
        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => Read((option, value))).Failures);

        Assert.StartsWith($"WsCluster:{option} ", failure, StringComparison.Ordinal);
        Assert.Contains("it takes ", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_heartbeat_needs_a_long_lease()
    {
        var failures = Assert.Throws<OptionsValidationException>(() => Read(("HeartbeatInterval", "00:01:01"))).Failures.ToArray();
        Assert.Contains(failures, failure => failure.StartsWith("WsCluster:HeartbeatInterval ", StringComparison.Ordinal));
        Assert.Contains(failures, failure => failure.StartsWith("WsCluster:LeaseDuration ", StringComparison.Ordinal) && failure.Contains("00:03:03", StringComparison.Ordinal));

        Read(("HeartbeatInterval", "00:01:00"), ("LeaseDuration", "00:03:00"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("my-cluster-2")]
    [InlineData("1234567890123456789012345678901234567890")]
    public void A_name_is_a_few_kinds_of_characters(string name) => Assert.Equal(name, Read(("ClusterName", name)).ClusterName);

    private static ClusterOptions Read(params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            [KeyValuePair.Create("ConnectionStrings:redis", (string?)"localhost:1"), .. settings.Select(setting => KeyValuePair.Create($"WsCluster:{setting.Name}", (string?)setting.Value))]);
        builder.AddServiceDefaults();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<ClusterOptions>>().Value; // Opens no connection.
    }
}
