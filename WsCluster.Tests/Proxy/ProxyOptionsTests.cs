using WsCluster.Proxy;

namespace WsCluster.Tests.Proxy;

public sealed class ProxyOptionsTests
{
    private readonly ProxyOptions.Validator _validator = new();

    [Fact]
    public void Defaults_are_valid() => Assert.True(_validator.Validate(null, new ProxyOptions()).Succeeded);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void A_wrong_option_is_named_with_what_it_takes(int seconds)
    {
        var value = TimeSpan.FromSeconds(seconds);
        var options = new ProxyOptions { ConnectTimeout = value, ResponseHeaderTimeout = value, ReactivationPeriod = value };

        var failures = _validator.Validate(null, options).Failures!.ToList();

        Assert.Equal(3, failures.Count);
        Assert.Contains($"WsCluster:Proxy:ResponseHeaderTimeout is {value}; it takes 00:00:00.1 to 00:10:00.", failures);
    }
}
