using System.Net;
using System.Net.Sockets;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.AppHost;

/// <summary>The cluster on one machine, started and stopped as a user does.</summary>
[Collection<OwnClusterCollection>]
public sealed class AppHostTests : ProcessTest
{
    private AppHostProcess? _host;

    [Fact]
    public async Task Up_starts_a_cluster_and_CtrlC_stops_it_without_a_trace()
    {
        var host = Watch(AppHostProcess.StartByScript(nodes: 3, FreePorts.Find(4)));
        await host.WaitReadyAsync();

        Assert.True(host.Log.Contains($"Endpoint=http://localhost:{host.ProxyPort};AccessKey="));
        Assert.True(host.Log.Contains($"demo page          http://localhost:{host.ProxyPort}/"));
        using var http = new HttpClient();
        Assert.Contains("<title>WsCluster", await http.GetStringAsync($"http://localhost:{host.ProxyPort}/", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        for (var port = host.ProxyPort; port <= host.ProxyPort + 3; port++)
        {
            using var answer = await http.GetAsync($"http://localhost:{port}/health", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var children = host.Children();
        Assert.Equal(4, children.Count);

        host.Interrupt();

        Assert.Equal(0, await host.WaitForExitAsync());
        Assert.DoesNotContain(children.Keys, AppHostProcess.IsRunning);
        Assert.DoesNotContain(host.Log.From(0), line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("killed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_stays_behind_when_the_AppHost_is_killed()
    {
        var host = await StartAsync(nodes: 2);
        var children = host.Children();
        Assert.Equal(3, children.Count);

        PosixSignal.Send(host.ProcessId, PosixSignal.Kill);

        await Eventually.True(() => !children.Keys.Any(AppHostProcess.IsRunning), "nodes and proxy end by themselves");
    }

    [Fact]
    public async Task Node_that_dies_is_reported()
    {
        var host = await StartAsync(nodes: 1);
        var node = NodeOf(host);

        PosixSignal.Send(node, PosixSignal.Kill);

        await Eventually.True(() => host.Log.Contains($"[apphost] node-1 (process {node}) was ended by SIGKILL. It is not started again"), "the death is reported");
    }

    [Fact]
    public async Task Node_that_dies_is_started_again_if_asked_for()
    {
        var host = await StartAsync(nodes: 1, ("Cluster__Restart", "true"));
        var node = NodeOf(host);

        PosixSignal.Send(node, PosixSignal.Kill);

        await Eventually.True(() => host.Log.Contains("is ready again"), "another node is ready", TimeSpan.FromMinutes(1));
        Assert.True(host.Log.Contains($"[apphost] node-1 (process {node}) was ended by SIGKILL. It is started again"));
        Assert.NotEqual(node, NodeOf(host));
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Second_CtrlC_ends_a_process_that_hangs()
    {
        var host = await StartAsync(nodes: 1);
        var children = host.Children();
        PosixSignal.Send(NodeOf(host), PosixSignal.Stop);

        host.Interrupt();
        await Eventually.True(() => host.Log.Contains("[apphost] Stopping."), "the first Ctrl-C is heard");
        host.Interrupt();

        Assert.Equal(0, await host.WaitForExitAsync());
        Assert.True(host.Log.Contains("[apphost] node-1 did not stop in time and is killed."));
        Assert.DoesNotContain(children.Keys, AppHostProcess.IsRunning);
    }

    [Fact]
    public async Task Port_in_use_is_named_with_its_option_before_anything_starts()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;

        var host = Watch(AppHostProcess.Start(nodes: 1, proxyPort: port));

        Assert.Equal(3, await host.WaitForExitAsync());
        Assert.True(host.Log.Contains($"Cannot start: Port {port} for proxy is in use"));
        Assert.True(host.Log.Contains("Cluster:ProxyPort"));
        Assert.False(host.Log.Contains("[apphost] Starting"));
    }

    [Theory]
    [InlineData("Cluster__Redis", "container", "Cluster:Redis")]
    [InlineData("Cluster__Restart", "perhaps", "Cluster:Restart")]
    [InlineData("WsCluster__AccessKey", "short", "WsCluster:AccessKey")]
    public async Task Wrong_option_is_named(string name, string value, string option)
    {
        // The last one is a node's option: the node names it, and the AppHost ends with the same code.
        var host = Watch(AppHostProcess.Start(nodes: 1, FreePorts.Find(2), (name, value)));

        Assert.Equal(2, await host.WaitForExitAsync());
        Assert.Contains(host.Log.From(0), line => line.Contains("Configuration error: " + option, StringComparison.Ordinal));
    }

    public override async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed && _host is not null)
        {
            Report(string.Join('\n', _host.Log.From(0)));
        }

        await base.DisposeAsync();
    }

    private async Task<AppHostProcess> StartAsync(int nodes, params (string Name, string Value)[] settings)
    {
        var host = Watch(AppHostProcess.Start(nodes, FreePorts.Find(nodes + 1), settings));
        await host.WaitReadyAsync();
        return host;
    }

    private AppHostProcess Watch(AppHostProcess host) => _host = Own(host);

    private static int NodeOf(AppHostProcess host) =>
        Assert.Single(host.Children(), child => child.Value.Contains("WsCluster.Server.dll", StringComparison.Ordinal)).Key;
}
