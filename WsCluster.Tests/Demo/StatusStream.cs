using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>A reader of <c>/demo/status</c>, as a page's EventSource is one.</summary>
internal sealed class StatusStream : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });

    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private StatusStream(HttpResponseMessage response)
    {
        _response = response;
        _reading = ReadAsync();
    }

    /// <summary>The <c>cluster</c> events.</summary>
    public Inbox<JsonElement> Cluster { get; } = new();

    /// <summary>The <c>story</c> events.</summary>
    public Inbox<JsonElement> Story { get; } = new();

    /// <summary>Id of the last event that had one.</summary>
    public string? LastEventId { get; private set; }

    public static async Task<StatusStream> OpenAsync(Uri proxy, string? lastEventId = null)
    {
        // The streams of an earlier test may not have ended yet at the proxy.
        HttpResponseMessage? response = null;
        await Eventually.True(
            async () =>
            {
                response?.Dispose();
                response = await RequestAsync(proxy, lastEventId);
                return response.StatusCode == HttpStatusCode.OK;
            },
            "the status stream opens");
        Assert.Equal("text/event-stream", response!.Content.Headers.ContentType?.MediaType);
        return new StatusStream(response);
    }

    /// <summary>The answer, its body not read yet.</summary>
    public static async Task<HttpResponseMessage> RequestAsync(Uri proxy, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(proxy, "/demo/status"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for something to be told.</summary>
    public Task<JsonElement> WaitForStoryAsync(string kind, string? nodeId = null) => Story.WaitForAsync(
        told => told.GetProperty("kind").GetString() == kind && (nodeId is null || told.GetProperty("nodeId").GetString() == nodeId), $"{kind} {nodeId}");

    /// <summary>What was told of a node, in order; of Redis without one.</summary>
    public IReadOnlyList<string> Told(string? nodeId = null) =>
    [
        .. Story.Items
            .Where(told => (told.TryGetProperty("nodeId", out var id) ? id.GetString() : null) == nodeId)
            .Select(told => told.GetProperty("kind").GetString()!),
    ];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _response.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        await using var body = await _response.Content.ReadAsStreamAsync(_stop.Token);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(_stop.Token))
        {
            LastEventId = item.EventId is { Length: > 0 } id ? id : LastEventId;
            (item.EventType == "story" ? Story : Cluster).Add(JsonSerializer.Deserialize<JsonElement>(item.Data));
        }
    }
}
