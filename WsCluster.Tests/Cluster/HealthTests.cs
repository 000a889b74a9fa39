using System.Diagnostics;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>What <c>/health</c> says of the process, whoever asks first and when.</summary>
[Collection<OwnClusterCollection>]
public sealed class HealthTests : ProcessTest
{
    [Fact]
    public async Task The_uptime_counts_from_the_start_of_the_process()
    {
        var node = Own(NodeProcess.Start("node", new Dictionary<string, string>
        {
            ["ConnectionStrings__redis"] = "127.0.0.1:1", // Nobody there, which this answer does not need.
            ["WsCluster__AccessKey"] = AccessTokens.AccessKey,
        }));
        await node.WaitForAddressAsync();
        var age = Stopwatch.StartNew();
        await Eventually.True(() => age.Elapsed > TimeSpan.FromSeconds(2), "the process is two seconds old");

        using var answer = await node.GetAsync("/health");
        using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(health.RootElement.GetProperty("uptimeSeconds").GetInt64() >= 2);
    }
}
