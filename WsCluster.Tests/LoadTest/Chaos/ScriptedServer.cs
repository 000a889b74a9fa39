using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WsCluster.Tests.LoadTest.Chaos;

/// <summary>A server whose answers the test writes: each handshake is handed to it, or refused as it has asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ScriptedConnection> _connections = Channel.CreateUnbounded<ScriptedConnection>();
    private readonly ConcurrentQueue<int> _refusals = [];

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single().Replace("http:", "ws:", StringComparison.Ordinal) + "/client/hubs/h?access_token=t");

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ScriptedServer(builder.Build());
        server._app.UseWebSockets();
        server._app.Run(server.HandleAsync);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers the next handshake with a status instead.</summary>
    public void RefuseNext(int status) => _refusals.Enqueue(status);

    /// <summary>The next connection that was let in.</summary>
    public async Task<ScriptedConnection> AcceptAsync() => await _connections.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
        .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (_refusals.TryDequeue(out var status))
        {
            context.Response.StatusCode = status;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.Single());
        var connection = new ScriptedConnection(context, socket);
        _connections.Writer.TryWrite(connection);
        await connection.Ended.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>One connection, as the test plays the server's side of it.</summary>
    public sealed class ScriptedConnection(HttpContext context, WebSocket socket)
    {
        private readonly TaskCompletionSource _ended = new();

        public Task Ended => _ended.Task;

        public string? Query(string name) => context.Request.Query[name];

        public Task SendAsync(object message) => socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

        /// <summary>The next request of a type; others are passed over.</summary>
        public async Task<JsonElement> ExpectAsync(string type)
        {
            var buffer = new byte[4096];
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer, deadline.Token);
                var message = JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, result.Count)).RootElement;
                if (message.GetProperty("type").GetString() == type)
                {
                    return message;
                }
            }
        }

        public Task AckAsync(JsonElement request, string? error = null) => SendAsync(error is null
            ? new { type = "ack", ackId = request.GetProperty("ackId").GetUInt64(), success = true }
            : new { type = "ack", ackId = request.GetProperty("ackId").GetUInt64(), success = false, error = new { name = error } });

        public async Task CloseAsync(int code)
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, "scripted", TestContext.Current.CancellationToken);
            _ended.TrySetResult();
        }

        public void Abort()
        {
            context.Abort();
            _ended.TrySetResult();
        }
    }
}
