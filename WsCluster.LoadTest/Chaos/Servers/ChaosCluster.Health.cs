using System.Net;
using System.Text.Json;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>Whether all is well.</summary>
internal sealed partial class ChaosCluster
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = TimeSpan.FromSeconds(3),
    };

    /// <summary>Waits until every node is healthy, and the proxy and every node see all of them and nobody else.</summary>
    /// <exception cref="PeerFailedException">That took too long, or a process has ended.</exception>
    public async Task WaitUntilHealthyAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(HealthLimit);
        var all = _nodes.Append(_proxy!).ToArray();
        while (true)
        {
            var states = await Task.WhenAll(all.Select(UnhealthyAsync));
            if (states.All(state => state is null))
            {
                return;
            }

            if (all.FirstOrDefault(node => node.Process.HasExited) is { } ended)
            {
                throw new PeerFailedException($"{ended.Name} has ended by itself. It wrote:\n{ended.Process.LastLines}");
            }

            try
            {
                await Task.Delay(100, deadline.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new PeerFailedException(
                    $"The cluster was not healthy again within {HealthLimit.TotalSeconds:0} s: {string.Join("; ", states.OfType<string>())}.");
            }
        }
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var answer = await Http.GetAsync($"http://127.0.0.1:{port}/alive");
        return answer.IsSuccessStatusCode;
    }

    private static async Task<bool> IsReadyAsync(ChaosNode node)
    {
        using var answer = await Http.GetAsync($"http://127.0.0.1:{node.Port}/health");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>What is wrong with a process; null if nothing.</summary>
    private async Task<string?> UnhealthyAsync(ChaosNode node)
    {
        try
        {
            if (!await IsReadyAsync(node))
            {
                return $"{node.Name} says that it is not healthy";
            }

            using var answer = await Http.GetAsync($"http://127.0.0.1:{node.Port}/cluster");
            if (!answer.IsSuccessStatusCode)
            {
                return $"{node.Name} does not know the cluster ({(int)answer.StatusCode})";
            }

            using var cluster = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
            var seen = cluster.RootElement.GetProperty("nodes").EnumerateArray()
                .Select(other => $"{other.GetProperty("address").GetString()?.TrimEnd('/')} {other.GetProperty("state").GetString()}").Order().ToArray();
            var expected = _nodes.Select(other => $"http://{IPAddress.Loopback}:{other.Port} ready").Order().ToArray();
            return seen.SequenceEqual(expected) ? null : $"{node.Name} sees {string.Join(", ", seen)}";
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException or IOException)
        {
            return $"{node.Name} does not answer";
        }
    }
}
