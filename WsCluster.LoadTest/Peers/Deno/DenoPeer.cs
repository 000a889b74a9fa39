using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WsCluster.LoadTest.Peers.Deno;

/// <summary>One Deno process that answers what a node's health endpoint answers; for <c>http</c> only.</summary>
internal sealed class DenoPeer(PeerOptions options) : ClusterPeer(options)
{
    private static readonly NpmFolder Npm = new("Peers/Deno");

    /// <summary>The program itself: the npm package's own script would be one more process.</summary>
    private static readonly string Program =
        $"@deno/linux-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}-glibc/deno";

    public override string Description => "Deno, one process, Deno.serve with a handler in JavaScript";

    public override IWireProtocol Protocol { get; } = new NoProtocol();

    public override string HealthPath => "/health";

    protected override IEnumerable<int> NodePorts => [Options.Port];

    /// <summary>What the machine lacks; null if nothing.</summary>
    public static string? Missing() => Npm.Missing(Program);

    protected override Task StartProcessesAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            Npm.PackageFile(Program), ["run", "--quiet", "--allow-net=127.0.0.1", Npm.File("server.js"), $"{Options.Port}"]);
        CleanEnvironment.Apply(start);
        start.Environment["DENO_NO_UPDATE_CHECK"] = "1";
        return Add(ServerProcess.Start("deno", ProcessRole.Node, start)).WaitUntilAsync(() => IsHealthyAsync(Options.Port), cancellationToken);
    }
}
