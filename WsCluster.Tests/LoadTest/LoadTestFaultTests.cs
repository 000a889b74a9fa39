using WsCluster.Tests.Kit;

namespace WsCluster.Tests.LoadTest;

/// <summary>What is wrong with servers or the machine is said, and not measured as if it were right.</summary>
[Collection<OwnClusterCollection>]
public sealed class LoadTestFaultTests : ProcessTest
{
    private const int Ports = 64;

    [Fact]
    public async Task A_server_that_drops_messages_is_found_out()
    {
        await using var server = await FaultyServer.StartAsync(isForgetful: true);
        var tool = Start("fanout", "--url", server.Url, "--receivers", "2", "--senders", "1", "--window", "4", "--seconds", "1", "--warm-up", "0");
        Assert.Equal(1, await tool.WaitForExitAsync());
        Assert.True(tool.Log.Contains("lost, 0 repeated, 0 reordered"), string.Join('\n', tool.Log.From(0)));
        Assert.False(tool.Log.Contains(" 0 lost"), string.Join('\n', tool.Log.From(0)));
    }

    [Fact]
    public async Task A_server_that_confirms_joins_too_early_is_found_out()
    {
        // Those who stay are given half a second before the first message; those who come later are not.
        await using var server = await FaultyServer.StartAsync(joinDelay: TimeSpan.FromMilliseconds(400));
        var tool = Start(
            "mixed", "--url", server.Url, "--receivers", "2", "--groups", "1", "--rate", "200", "--connect-rate", "10", "--seconds", "1", "--warm-up", "0");
        Assert.Equal(1, await tool.WaitForExitAsync());
        Assert.False(tool.Log.Contains(" 0 lost"), string.Join('\n', tool.Log.From(0)));
    }

    [Fact]
    public async Task A_peer_that_is_not_installed_is_named_and_the_others_are_measured()
    {
        var folder = Directory.CreateTempSubdirectory("wscluster-path-");
        try
        {
            // All that the tool itself needs; node is not there.
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "setsid"), TestPaths.Find("setsid")!);
            var tool = Own(new LoadTestProcess(
                [
                    "compare", "--peers", "socketio,sockets", "--scenarios", "fanout", "--receivers", "6", "--runs", "1", "--seconds", "1",
                    "--warm-up", "0", "--port", $"{FreePorts.Find(Ports)}",
                ],
                path: folder.FullName));
            Assert.True(await tool.WaitForExitAsync() == 0, string.Join('\n', tool.Log.From(0)));
            Assert.True(tool.Log.Contains("Not measured: socketio: node is not in PATH: apt-get install"), string.Join('\n', tool.Log.From(0)));
            Assert.True(tool.Log.Contains("| | sockets |"), string.Join('\n', tool.Log.From(0)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_limit_of_the_system_is_named_before_anything_is_opened()
    {
        // Nobody listens there, which is not noticed.
        var tool = Own(new LoadTestProcess(["fanout", "--url", "ws://127.0.0.1:1/client/hubs/a", "--receivers", "1000"], descriptors: 1_000));
        Assert.Equal(3, await tool.WaitForExitAsync());
        Assert.True(
            tool.Log.Contains("1,003 connections need 1,403 file descriptors in one process, and its limit is 1,000: raise that"),
            string.Join('\n', tool.Log.From(0)));
    }

    private LoadTestProcess Start(params string[] arguments) => Own(new LoadTestProcess(arguments));
}
