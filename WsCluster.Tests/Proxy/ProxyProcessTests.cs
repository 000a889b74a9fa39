using System.Diagnostics;
using WsCluster.Proxy;

namespace WsCluster.Tests.Proxy;

/// <summary>The proxy as a process of its own.</summary>
public sealed class ProxyProcessTests
{
    [Theory]
    [InlineData("WsCluster__Proxy__ConnectTimeout", "0", "WsCluster:Proxy:ConnectTimeout")]
    [InlineData("WsCluster__Proxy__ResponseHeaderTimeout", "soon", "WsCluster:Proxy:ResponseHeaderTimeout")]
    [InlineData("WsCluster__Proxy__Demo", "perhaps", "WsCluster:Proxy:Demo")]
    [InlineData("WsCluster__Proxy__Demo", "true", "WsCluster:AccessKey")]
    [InlineData("ConnectionStrings__redis", "", "ConnectionStrings:redis")]
    public async Task A_wrong_option_ends_it_with_a_message(string variable, string value, string option)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ProxyApplication).Assembly.Location]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ConnectionStrings__redis"] = "127.0.0.1:1";
        start.Environment[variable] = value;
        using var process = Process.Start(start)!;

        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("Configuration error: ", error, StringComparison.Ordinal);
        Assert.Contains(option, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(2, process.ExitCode);
    }
}
