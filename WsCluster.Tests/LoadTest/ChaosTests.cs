using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.LoadTest;

/// <summary>The fault suite as a user starts it: a few faults, few clients.</summary>
[Collection<OwnClusterCollection>]
public sealed class ChaosTests : ProcessTest
{
    /// <summary>More than the tool takes.</summary>
    private const int Ports = 24;

    [Theory]
    [InlineData("chaos --fault earthquake", "--fault has 'earthquake'; it takes some of kill-node,")]
    [InlineData("chaos --redis memcached", "--redis is 'memcached'; it takes redis or garnet.")]
    [InlineData("chaos --clients 10 --sdk-clients 11", "--sdk-clients is 11, more than all clients: --clients is 10.")]
    [InlineData("chaos --rate 0", "--rate is '0'; it takes a whole number from 1 to 50,000.")]
    public async Task A_wrong_option_ends_with_code_2(string arguments, string message)
    {
        var tool = Start(arguments.Split(' '));
        Assert.Equal(2, await tool.WaitForExitAsync());
        Assert.True(tool.Log.Contains(message), string.Join('\n', tool.Log.From(0)));
    }

    [Fact]
    public async Task A_fault_that_can_not_be_done_and_was_asked_for_ends_with_code_3()
    {
        var tool = Start("chaos", "--fault", "promote-replica", "--redis", "garnet", "--sdk-clients", "0");
        Assert.Equal(3, await tool.WaitForExitAsync());
        Assert.True(tool.Log.Contains("promote-replica: Garnet replicates as a cluster only."), string.Join('\n', tool.Log.From(0)));
    }

    [Fact]
    public async Task Reliable_clients_lose_repeat_and_reorder_nothing_when_things_break()
    {
        Assert.SkipUnless(TestPaths.Find("redis-server") is not null, "There is no redis-server in PATH.");
        Assert.SkipUnless(TestPaths.Find("node") is not null, "Node.js is not installed on this machine.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(TestPaths.Repository, "WsCluster.LoadTest", "Chaos", "Sdk", "node_modules")),
            "WsCluster.LoadTest/Chaos/Sdk has no node_modules: ./wscluster test gets them, or run npm ci there.");
        string[] faults = ["kill-node", "restart-redis", "kill-pubsub", "cut-link", "kill-proxy"];
        var folder = Directory.CreateTempSubdirectory("wscluster-chaos-test-");
        try
        {
            var tool = Start(
                "chaos", "--fault", string.Join(',', faults), "--rounds", $"{faults.Length}", "--seed", "1", "--clients", "40", "--sdk-clients", "4",
                "--rate", "100", "--calm", "1", "--port", $"{FreePorts.Find(Ports)}", "--out", folder.FullName);
            Assert.True(await tool.WaitForExitAsync(TimeSpan.FromMinutes(3)) == 0, string.Join('\n', tool.Log.From(0)));
            using var report = JsonDocument.Parse(await File.ReadAllTextAsync(
                Path.Combine(folder.FullName, "report.json"), TestContext.Current.CancellationToken));
            var rounds = report.RootElement.GetProperty("rounds").EnumerateArray().ToArray();
            Assert.Equal(faults.Order(), rounds.Select(round => round.GetProperty("fault").GetString()!).Order());
            Assert.All(rounds, round => Assert.True(round.GetProperty("acked").GetInt32() > 100));
            Assert.All(rounds, round => Assert.True(round.GetProperty("deliveries").GetInt32() > round.GetProperty("acked").GetInt32()));

            // A proxy that dies breaks every connection, the SDK's too.
            Assert.Equal(40, rounds.Single(round => round.GetProperty("fault").GetString() == "kill-proxy").GetProperty("recoveries").GetInt32());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private LoadTestProcess Start(params string[] arguments) => Own(new LoadTestProcess(arguments));
}
