using System.Net.Http.Json;
using System.Text.Json;

namespace WsCluster.Tests.Kit;

/// <summary>A node: <c>dotnet WsCluster.Server.dll</c>.</summary>
public sealed class NodeProcess : WebProcess, INode
{
    private string? _nodeId;

    private NodeProcess(string name, IReadOnlyDictionary<string, string> environment)
        : base(name, "WsCluster.Server", environment)
    {
    }

    /// <summary>The id of the node; known after <see cref="WaitForReadyAsync"/>.</summary>
    public string NodeId => _nodeId ?? throw new InvalidOperationException($"{Name} is not ready yet.");

    /// <summary>Starts a node; it is not ready yet.</summary>
    public static NodeProcess Start(string name, IReadOnlyDictionary<string, string> environment) => new(name, environment);

    /// <summary>Waits until the node takes clients.</summary>
    public async Task WaitForReadyAsync()
    {
        await WaitForHealthAsync();
        using var health = await this.GetAsync("/health");
        _nodeId = (await health.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("nodeId").GetString();
    }
}
