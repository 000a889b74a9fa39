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

/// <summary>Speaks just enough of the protocol for the load test, and leaves out every tenth message.</summary>
internal sealed class ForgetfulServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<WebSocket, SemaphoreSlim> _members = new();
    private int _count;

    private ForgetfulServer(int port)
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

    public static async Task<ForgetfulServer> StartAsync()
    {
        var server = new ForgetfulServer(FreePorts.Find());
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("json.webpubsub.azure.v1");
        var gate = new SemaphoreSlim(1);
        await SendAsync(socket, gate, """{"type":"system","event":"connected"}""");
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: WebSocketMessageType.Text } received)
            {
                var text = Encoding.UTF8.GetString(buffer, 0, received.Count);
                using var request = JsonDocument.Parse(text);
                if (request.RootElement.GetProperty("type").GetString() == "joinGroup")
                {
                    _members[socket] = gate;
                    await SendAsync(socket, gate, """{"type":"ack","ackId":1,"success":true}""");
                }
                else if (Interlocked.Increment(ref _count) % 10 != 0)
                {
                    await Task.WhenAll(_members.Select(member => SendAsync(member.Key, member.Value, text)));
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The tool closes without a goodbye.
        }
    }

    private static async Task SendAsync(WebSocket socket, SemaphoreSlim gate, string text)
    {
        await gate.WaitAsync();
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        gate.Release();
    }
}
