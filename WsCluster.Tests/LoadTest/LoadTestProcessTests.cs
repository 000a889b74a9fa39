using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.LoadTest;

/// <summary>The tool as a user starts it.</summary>
[Collection<OwnClusterCollection>]
public sealed class LoadTestProcessTests : ProcessTest
{
    private const int Ports = 64;

    [Theory]
    [InlineData("fanout --receivers none", "--receivers is 'none'; it takes a whole number from 1 to 100,000.")]
    [InlineData("fanout --size 31", "--size is '31'; it takes a whole number from 32 to 1,000,000.")]
    [InlineData("fanout --target apache", "--target is 'apache'; it takes one of")]
    [InlineData("fanout --url http://localhost", "--url is 'http://localhost'; it takes the address")]
    [InlineData("fanout --url ws://localhost/client/hubs/a --target nats", "leave out --target")]
    [InlineData("fanout --batch 3", "--batch goes with --target sockets only")]
    [InlineData("compare --peers nats,kestrel --batch 3", "--batch is for sockets, which --peers leaves out.")]
    [InlineData("compare --peers nats,apache", "--peers has 'apache'; it takes some of")]
    [InlineData("summary --from none.json --into none.md", "--from is 'none.json'; it takes a report.json of this version's compare: Could not find file")]
    [InlineData("summary --from none.json --into none.md", "--into is 'none.md'; there is no such file.")]
    [InlineData("scale --vary receivers", "--vary is 'receivers'; it takes a name, '=' and whole numbers")]
    [InlineData("scale --vary receivers=1,none", "--vary is 'receivers=1,none'; it takes a name, '=' and whole numbers")]
    [InlineData("scale --scenario groups --vary receivers=1,2", "groups has no receivers: it takes groups, members,")]
    [InlineData("scale --vary nodes=0", "--vary is 'nodes=0'; it takes a name, '=' and whole numbers")]
    public async Task A_wrong_option_ends_with_code_2(string arguments, string message)
    {
        var tool = Start(arguments.Split(' '));
        Assert.Equal(2, await tool.WaitForExitAsync());
        Assert.True(tool.Log.Contains(message), string.Join('\n', tool.Log.From(0)));
    }

    [Theory]
    [InlineData("fanout --receivers 6", "deliveries")]
    [InlineData("fanout --receivers 6 --target wscluster-proxy", "proxy_cores")]
    [InlineData("mixed --receivers 6 --groups 3 --connect-rate 10 --target wscluster-deflate --size 1000", "join_p99")]
    [InlineData("pingpong --pairs 2", "round_trips")]
    [InlineData("fanout --target kestrel --receivers 6", "deliveries")]
    [InlineData("fanout --target sockets --receivers 6", "deliveries")]
    [InlineData("fanout --target sockets --receivers 6 --batch 3", "deliveries")]
    public async Task Measures_a_peer_that_it_starts_itself(string arguments, string metric)
    {
        Assert.SkipUnless(TestPaths.Find("redis-server") is not null, "There is no redis-server in PATH.");
        var folder = Directory.CreateTempSubdirectory("wscluster-load-");
        try
        {
            var tool = Start(
                [
                    .. arguments.Split(' '), "--nodes", "2", "--seconds", "1", "--warm-up", "0", "--port", $"{FreePorts.Find(Ports)}",
                    "--out", folder.FullName,
                ]);
            Assert.True(await tool.WaitForExitAsync() == 0, string.Join('\n', tool.Log.From(0)));
            using var report = JsonDocument.Parse(await File.ReadAllTextAsync(
                Path.Combine(folder.FullName, "report.json"), TestContext.Current.CancellationToken));
            var run = Assert.Single(report.RootElement.GetProperty("runs").EnumerateArray());
            Assert.True(run.GetProperty("figures").GetProperty(metric).GetDouble() > 0);
            Assert.Equal(0, run.GetProperty("integrity").GetProperty("lost").GetInt64());
            Assert.True(File.Exists(Path.Combine(folder.FullName, "chart.svg")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_saved_comparison_is_summed_up_in_a_document()
    {
        var folder = Directory.CreateTempSubdirectory("wscluster-load-");
        try
        {
            var compare = Start(
                "compare", "--peers", "sockets,kestrel", "--scenarios", "fanout,storm", "--receivers", "6", "--connections", "20", "--runs", "1", "--seconds", "1",
                "--warm-up", "0", "--port", $"{FreePorts.Find(Ports)}", "--out", folder.FullName);
            Assert.True(await compare.WaitForExitAsync() == 0, string.Join('\n', compare.Log.From(0)));
            var page = Path.Combine(folder.FullName, "page.md");
            await File.WriteAllTextAsync(page, "<!-- compare:begin -->\n<!-- compare:end -->\n", TestContext.Current.CancellationToken);
            var summary = Start("summary", "--from", Path.Combine(folder.FullName, "report.json"), "--into", page);
            Assert.True(await summary.WaitForExitAsync() == 0, string.Join('\n', summary.Log.From(0)));
            var text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
            Assert.Contains("| | kestrel | sockets |", text, StringComparison.Ordinal);
            Assert.Contains("| storm: connects, 1/s |", text, StringComparison.Ordinal);
            Assert.Contains("- fanout, storm: `compare --peers sockets,kestrel --scenarios fanout,storm", text, StringComparison.Ordinal);
            Assert.DoesNotContain(folder.FullName, text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("scale --vary receivers=3,6", "| | receivers 3 | receivers 6 |")]
    [InlineData("scale --scenario groups --members 2 --vary groups=1,5", "| | groups 1 | groups 5 |")]
    public async Task Varies_one_parameter(string arguments, string columns)
    {
        Assert.SkipUnless(TestPaths.Find("redis-server") is not null, "There is no redis-server in PATH.");
        var tool = Start(
            [.. arguments.Split(' '), "--runs", "1", "--nodes", "1", "--seconds", "1", "--warm-up", "0", "--port", $"{FreePorts.Find(Ports)}"]);
        Assert.True(await tool.WaitForExitAsync() == 0, string.Join('\n', tool.Log.From(0)));
        Assert.True(tool.Log.Contains(columns), string.Join('\n', tool.Log.From(0)));
    }

    private LoadTestProcess Start(params string[] arguments) => Own(new LoadTestProcess(arguments));
}
