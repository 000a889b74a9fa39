using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Aspire;

/// <summary>The cluster that the AppHost describes, started by Aspire.</summary>
internal sealed class AspireCluster : ICluster
{
    private const int NodeCount = 3;

    /// <summary>Aspire starts each process with <c>dotnet run</c>.</summary>
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private readonly DistributedApplication _application;
    private readonly ProcessLog _log = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _logging;
    private int _mark;

    private AspireCluster(DistributedApplication application, TestRedis redis)
    {
        _application = application;
        Redis = redis;
        var resources = application.Services.GetRequiredService<DistributedApplicationModel>().Resources;
        _logging = Task.WhenAll(resources.Where(resource => resource.Name is "proxy" or "node").Select(LogAsync));
        Proxy = new AspireProxy("proxy", application.GetEndpoint("proxy", "http"));
    }

    /// <inheritdoc/>
    public TestRedis Redis { get; }

    /// <inheritdoc/>
    public ClusterKeys Keys { get; } = new("default");

    /// <inheritdoc/>
    public IReadOnlyList<INode> Nodes { get; private set; } = [];

    /// <inheritdoc/>
    public IWebServer Proxy { get; }

    /// <summary>Starts the AppHost, and waits until the proxy reaches three nodes.</summary>
    /// <param name="redis">Its Redis; the cluster disposes it.</param>
    /// <param name="settings">More environment variables for nodes and proxy.</param>
    public static async Task<AspireCluster> StartAsync(TestRedis redis, IReadOnlyDictionary<string, string>? settings)
    {
        // As the processes of a TestCluster are configured.
        var variables = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            ["Cluster__Nodes"] = $"{NodeCount}",
            ["WsCluster__AccessKey"] = AccessTokens.AccessKey,
            ["WsCluster__SecondaryAccessKey"] = AccessTokens.SecondaryAccessKey,
            ["WsCluster__PublicEndpoints"] = TestCluster.PublicEndpoint,
        };
        var arguments = variables.Select(variable => $"--{variable.Key.Replace("__", ":", StringComparison.Ordinal)}={variable.Value}");
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.WsCluster_AppHost>(
            ["--environment=Production", .. arguments], TestContext.Current.CancellationToken);
        var application = await builder.BuildAsync(TestContext.Current.CancellationToken);
        AspireCluster? cluster = null;
        try
        {
            await application.StartAsync(TestContext.Current.CancellationToken).Within("Aspire starts", StartDeadline);
            cluster = new AspireCluster(application, redis);
            await cluster.WaitForNodesAsync();
            return cluster;
        }
        catch (Exception exception)
        {
            var logs = cluster?.Logs();
            await (cluster?.DisposeAsync() ?? application.DisposeAsync());
            throw new InvalidOperationException($"The cluster did not start.\n{logs}", exception);
        }
    }

    /// <inheritdoc/>
    public void MarkLogs() => _mark = _log.Count;

    /// <inheritdoc/>
    public string Logs() => string.Join('\n', _log.From(_mark));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _stop.CancelAsync();
        await _logging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await Redis.DisposeAsync();
    }

    private async Task WaitForNodesAsync()
    {
        await _application.ResourceNotifications.WaitForResourceHealthyAsync("proxy", TestContext.Current.CancellationToken)
            .Within("Aspire finds the proxy healthy", StartDeadline);
        await Eventually.True(
            async () => await Proxy.GetClusterAsync() is var view && view.ReadyCount == NodeCount && view.Nodes.Count == NodeCount,
            $"the proxy reaches a node that sees {NodeCount} nodes");

        // Replicas share the one address that Aspire knows; each has told the registry its own.
        Nodes = [.. (await Proxy.GetClusterAsync()).Nodes.Select((node, index) => new AspireNode($"node-{index + 1}", node.NodeId, new Uri(node.Address)))];
    }

    private async Task LogAsync(IResource resource)
    {
        var loggers = _application.Services.GetRequiredService<ResourceLoggerService>();
        await foreach (var lines in loggers.WatchAsync(resource).WithCancellation(_stop.Token))
        {
            foreach (var line in lines)
            {
                _log.Add($"[{resource.Name}] {line.Content}");
            }
        }
    }
}
