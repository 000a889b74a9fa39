using System.Net;
using System.Text.Json;

namespace WsCluster.AppHost.Processes;

/// <summary>Asks processes whether they are ready (<c>GET /health</c>).</summary>
internal sealed class ReadinessProbe(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Waits until a process is ready.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="report">Told after every attempt what is missing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(Uri address, Action<string> report, CancellationToken cancellationToken)
    {
        while (await AskAsync(address, cancellationToken) is { } missing)
        {
            report(missing);
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <returns>What is missing; null when the process is ready.</returns>
    private async Task<string?> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri(address, "/health"), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK
                ? null
                : Describe(await answer.Content.ReadAsStringAsync(cancellationToken)) ?? $"/health answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException)
        {
            return "does not listen yet";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "/health does not answer in time";
        }
    }

    /// <summary>The descriptions of the checks that failed.</summary>
    private static string? Describe(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            string[] failed =
            [
                .. document.RootElement.GetProperty("checks").EnumerateObject()
                    .Where(check => check.Value.GetProperty("status").GetString() != "Healthy")
                    .Select(check => check.Value.GetProperty("description").GetString() ?? check.Name),
            ];
            return failed.Length > 0 ? string.Join(' ', failed) : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // Not the answer of a WsCluster process; the status code has to do.
        }
    }
}
