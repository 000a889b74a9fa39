using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.LoadTest;

/// <summary>Speaks just enough of the protocol for the load test, with a fault that it has to find.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Member, string> _groups = new();
    private int _count;

    private FaultyServer(int port)
    {
        Url = $"ws://127.0.0.1:{port}/client/hubs/load";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>Leaves out every tenth message.</summary>
    public bool IsForgetful { get; init; }

    /// <summary>Makes a client a member so long after it has told it so.</summary>
    public TimeSpan JoinDelay { get; init; }

    public static async Task<FaultyServer> StartAsync(bool isForgetful = false, TimeSpan joinDelay = default)
    {
        var server = new FaultyServer(FreePorts.Find()) { IsForgetful = isForgetful, JoinDelay = joinDelay };
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("json.webpubsub.azure.v1");
        var client = new Member(socket);
        await client.SendAsync("""{"type":"system","event":"connected"}""");
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: WebSocketMessageType.Text } received)
            {
                await AnswerAsync(client, Encoding.UTF8.GetString(buffer, 0, received.Count));
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The tool closes without a goodbye.
        }

        _groups.TryRemove(client, out _);
    }

    private async Task AnswerAsync(Member client, string text)
    {
        using var request = JsonDocument.Parse(text);
        var group = request.RootElement.GetProperty("group").GetString()!;
        if (request.RootElement.GetProperty("type").GetString() == "joinGroup")
        {
            await client.SendAsync("""{"type":"ack","ackId":1,"success":true}""");
            await Task.Delay(JoinDelay);
            _groups[client] = group;
        }
        else if (!IsForgetful || Interlocked.Increment(ref _count) % 10 != 0)
        {
            await Task.WhenAll(_groups.Where(entry => entry.Value == group).Select(entry => entry.Key.SendAsync(text)));
        }
    }

    private sealed class Member(WebSocket socket)
    {
        private readonly SemaphoreSlim _gate = new(1);

        public async Task SendAsync(string text)
        {
            await _gate.WaitAsync();
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
            catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException)
            {
                // It has gone; its own request notices.
            }
            finally
            {
                _gate.Release();
            }
        }
    }
}
