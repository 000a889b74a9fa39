using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WsCluster.Server;

namespace WsCluster.Tests.Unit.Configuration;

/// <summary>Options of a node, by the way of configuration that a node reads them in.</summary>
public sealed class NodeOptionsTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void A_key_is_all_it_takes()
    {
        var options = Read(("AccessKey", Key));

        Assert.Equal([Key], options.AccessKeys);
        Assert.False(options.AllowAnonymous);
        Assert.Empty(options.AnonymousRoles);
        Assert.Equal(1024 * 1024, options.MaxMessageBytes); // Protocol, section 11.
        Assert.Equal(TimeSpan.FromSeconds(20), options.PingInterval);
    }

    [Fact]
    public void Lists_come_from_one_variable_and_endpoints_in_the_form_that_tokens_are_compared_in()
    {
        var options = Read(
            ("AccessKey", Key), ("PublicEndpoints", "HTTP://Proxy.Example:80/; https://b:8443"), ("AnonymousRoles", "webpubsub.sendToGroup;x"));

        Assert.Equal(["http://proxy.example", "https://b:8443"], options.PublicEndpoints);
        Assert.Equal(["webpubsub.sendToGroup", "x"], options.AnonymousRoles);
    }

    [Fact]
    public void Lists_come_from_an_array_too() => Assert.Equal(
        ["http://a:1", "http://b:2"],
        Read(("AccessKey", Key), ("PublicEndpoints:0", "http://a:1"), ("PublicEndpoints:1", "http://b:2/")).PublicEndpoints);

    [Fact]
    public void Anonymous_clients_need_no_key() => Assert.Empty(Read(("AllowAnonymous", "true")).AccessKeys);

    [Theory]
    [InlineData("AccessKey", null, "32 bytes")]
    [InlineData("AccessKey", "", "32 bytes")]
    [InlineData("AccessKey", "0123456789abcdef0123456789abcde", "32")]
    [InlineData("SecondaryAccessKey", "short", "32")]
    [InlineData("PublicEndpoints", "http://a;ws://b", "http(s)://host[:port]")]
    [InlineData("PublicEndpoints", "proxy:8080", "http(s)://host[:port]")]
    [InlineData("AdvertisedAddress", "10.0.0.5", "http(s)://host[:port]")]
    [InlineData("MaxMessageBytes", "1023", "1024 to 67108864")]
    [InlineData("MaxMessageBytes", "67108865", "1024 to 67108864")]
    [InlineData("MaxMessageBytes", "-1", "1024 to 67108864")]
    [InlineData("MaxOutboundBytes", "65535", "65536 to 1073741824")]
    [InlineData("MaxOutboundBytes", "1073741825", "65536 to 1073741824")]
    [InlineData("MaxQueuedPublishBytes", "1048575", "1048576 to 4294967296")]
    [InlineData("MaxQueuedPublishBytes", "4294967297", "1048576 to 4294967296")]
    [InlineData("PublishTimeout", "00:00:00.9", "00:00:01 to 00:05:00")]
    [InlineData("PublishTimeout", "00:05:00.1", "00:00:01 to 00:05:00")]
    [InlineData("MaxUnackedMessages", "99", "100 to 1000000")]
    [InlineData("MaxUnackedMessages", "1000001", "100 to 1000000")]
    [InlineData("MaxUnackedBytes", "1048575", "1048576 to 1073741824")]
    [InlineData("MaxUnackedBytes", "1073741825", "1048576 to 1073741824")]
    [InlineData("SessionTimeout", "00:00:00.9", "00:00:01 to 01:00:00")]
    [InlineData("SessionTimeout", "01:00:01", "00:00:01 to 01:00:00")]
    [InlineData("Hubs:chat:LogMessages", "99", "100 to 10000000")]
    [InlineData("Hubs:chat:LogMessages", "10000001", "100 to 10000000")]
    [InlineData("Hubs:chat:LogBytes", "1048575", "1048576 to 4294967296")]
    [InlineData("Hubs:chat:LogBytes", "4294967297", "1048576 to 4294967296")]
    [InlineData("Hubs:chat:LogAge", "00:00:09", "00:00:10 to 1.00:00:00")]
    [InlineData("Hubs:chat:LogAge", "1.00:00:01", "00:00:10 to 1.00:00:00")]
    [InlineData("EventLoops", "-1", "0 to 64")]
    [InlineData("EventLoops", "65", "0 to 64")]
    [InlineData("PingInterval", "00:00:00.9", "00:00:01 to 00:02:00")]
    [InlineData("PingInterval", "00:02:01", "00:00:01 to 00:02:00")]
    [InlineData("CloseTimeout", "00:00:00", "00:00:00.1000000 to 00:01:00")]
    [InlineData("GroupLinger", "-00:00:01", "00:00:00 to 00:10:00")]
    [InlineData("NodeRequestTimeout", "00:01:01", "00:00:00.1000000 to 00:01:00")]
    public void A_wrong_option_is_named_with_what_it_takes(string option, string? value, string takes)
    {
        (string, string?)[] settings = option == "AccessKey" ? [] : [("AccessKey", Key)];
        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => Read([.. settings, (option, value)])).Failures);

        Assert.StartsWith($"WsCluster:{option} ", failure, StringComparison.Ordinal);
        Assert.Contains(takes, failure, StringComparison.Ordinal);
        if (value is { Length: > 0 } && !option.Contains("Key", StringComparison.Ordinal))
        {
            Assert.Contains(value.Split(';')[^1].TrimStart('0'), failure, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("MaxMessageBytes", "1024")]
    [InlineData("MaxMessageBytes", "67108864")]
    [InlineData("MaxOutboundBytes", "65536")]
    [InlineData("MaxQueuedPublishBytes", "4294967296")]
    [InlineData("PublishTimeout", "00:00:01")]
    [InlineData("PublishTimeout", "00:05:00")]
    [InlineData("MaxUnackedMessages", "100")]
    [InlineData("MaxUnackedMessages", "1000000")]
    [InlineData("MaxUnackedBytes", "1048576")]
    [InlineData("MaxUnackedBytes", "1073741824")]
    [InlineData("SessionTimeout", "00:00:01")]
    [InlineData("SessionTimeout", "01:00:00")]
    [InlineData("Hubs:chat:AtMostOnce", "true")]
    [InlineData("Hubs:chat:LogMessages", "100")]
    [InlineData("Hubs:chat:LogBytes", "4294967296")]
    [InlineData("Hubs:chat:LogAge", "00:00:10")]
    [InlineData("Hubs:chat:LogAge", "1.00:00:00")]
    [InlineData("EventLoops", "0")]
    [InlineData("EventLoops", "64")]
    [InlineData("PingInterval", "00:00:01")]
    [InlineData("PingInterval", "00:02:00")]
    [InlineData("CloseTimeout", "00:00:00.1")]
    [InlineData("GroupLinger", "00:00:00")]
    [InlineData("NodeRequestTimeout", "00:01:00")]
    [InlineData("AdvertisedAddress", "http://10.0.0.5:8080")]
    [InlineData("AccessKey", "ääääääääääääääää")]
    public void The_ends_of_a_range_belong_to_it(string option, string value) =>
        Read([.. option == "AccessKey" ? [] : new[] { ("AccessKey", (string?)Key) }, (option, value)]);

    [Fact]
    public void A_key_never_gets_into_a_message()
    {
        var failures = Assert.Throws<OptionsValidationException>(() => Read(("AccessKey", "too-short-secret"), ("SecondaryAccessKey", "another-secret"))).Failures.ToArray();

        Assert.Equal(2, failures.Length);
        Assert.DoesNotContain(failures, failure => failure.Contains("secret", StringComparison.Ordinal));
    }

    private static NodeOptions Read(params (string Name, string? Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"WsCluster:{setting.Name}", setting.Value)));
        builder.AddNode();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<NodeOptions>>().Value;
    }
}
