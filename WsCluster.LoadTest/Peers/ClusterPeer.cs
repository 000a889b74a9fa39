using System.Diagnostics;
using System.Net;

namespace WsCluster.LoadTest.Peers;

/// <summary>A peer whose processes the tool starts on loopback.</summary>
/// <param name="options">Where and how many.</param>
internal abstract class ClusterPeer(PeerOptions options) : IPeer
{
    private readonly List<ServerProcess> _processes = [];
    private DirectoryInfo? _folder;

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public virtual IReadOnlyList<EndPoint> Endpoints => [.. NodePorts.Select(port => new IPEndPoint(IPAddress.Loopback, port))];

    /// <inheritdoc/>
    public abstract IWireProtocol Protocol { get; }

    /// <inheritdoc/>
    public virtual string? HealthPath => null;

    /// <inheritdoc/>
    public IReadOnlyList<ServerProcess> Processes => _processes;

    /// <summary>For waiting until the peer is ready.</summary>
    protected static HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Where and how many.</summary>
    protected PeerOptions Options => options;

    /// <summary>Ports of the nodes.</summary>
    protected virtual IEnumerable<int> NodePorts => Enumerable.Range(options.Port, options.Nodes);

    /// <summary>Port of the Redis: after those of the nodes.</summary>
    protected int RedisPort => options.Port + PeerOptions.MaxNodes;

    /// <summary>For the processes' configuration; deleted with the peer.</summary>
    protected DirectoryInfo TemporaryFolder => _folder ??= Directory.CreateTempSubdirectory("wscluster-peer-");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        PortCheck.Require(options.Port, PeerOptions.PortCount);
        await StartProcessesAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Nodes first: while they stop they may still want their Redis.
        foreach (var role in new[] { ProcessRole.Proxy, ProcessRole.Node, ProcessRole.Redis })
        {
            await Task.WhenAll(_processes.Where(process => process.Role == role).Select(process => process.DisposeAsync().AsTask()));
        }

        _folder?.Delete(recursive: true);
    }

    /// <summary>Starts the processes and waits until they are of use.</summary>
    protected abstract Task StartProcessesAsync(CancellationToken cancellationToken);

    /// <summary>Starts a Redis.</summary>
    protected async Task StartRedisAsync(CancellationToken cancellationToken) =>
        _processes.Add(await RedisServer.StartAsync(RedisPort, cancellationToken));

    /// <summary>Starts a node that this very program runs.</summary>
    /// <param name="name">Name of the process.</param>
    /// <param name="webApplication">Whether it runs with the garbage collector's settings of a web application, which this program does not have.</param>
    /// <param name="arguments">Of the command <c>peer</c>.</param>
    protected ServerProcess StartHosted(string name, bool webApplication, params string[] arguments)
    {
        var start = new ProcessStartInfo(ProgramFiles.DotNet, [ProgramFiles.Self, "peer", .. arguments]);
        CleanEnvironment.Apply(start);
        if (webApplication)
        {
            start.Environment["DOTNET_gcServer"] = "1";
            start.Environment["DOTNET_gcConcurrent"] = "1";
        }

        return Add(ServerProcess.Start(name, ProcessRole.Node, start));
    }

    /// <summary>Whether a node says that it is ready.</summary>
    protected static async Task<bool> IsHealthyAsync(int port)
    {
        using var answer = await Http.GetAsync($"http://127.0.0.1:{port}/health");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Keeps a process that was started, so that it is measured and stopped.</summary>
    protected ServerProcess Add(ServerProcess process)
    {
        _processes.Add(process);
        return process;
    }
}
