using WsCluster.LoadTest.Chaos.Links;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>A process of the cluster, and its way to Redis.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Process">The process.</param>
/// <param name="Link">What stands between it and Redis.</param>
internal sealed record ChaosNode(string Name, int Port, ServerProcess Process, FaultLink Link) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Link.DisposeAsync();
    }
}
