using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace WsCluster.LoadTest.Peers.Kestrel;

/// <summary>Takes WebSockets by ASP.NET Core's middleware, and writes each message to all members of its group; nothing else.</summary>
internal static class KestrelFloor
{
    private const int BufferSize = 4096;

    /// <summary>Runs until the process is stopped.</summary>
    /// <param name="port">Where to listen, on loopback.</param>
    /// <param name="stop">Stops it.</param>
    public static async Task RunAsync(int port, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        var groups = new ConcurrentDictionary<string, MemberGroup>();
        MemberGroup Group(string name) => groups.GetOrAdd(name, static _ => new MemberGroup());

        var uptime = Stopwatch.StartNew();
        app.Use(UpgradeCapture.InsertAsync);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.MapGet("/health", () => Health(uptime.Elapsed));
        app.Map("/sub/{group}", (HttpContext context, string group) => SubscribeAsync(context, Group(group)));
        app.Map("/pub/{group}", (HttpContext context, string group) => PublishAsync(context, Group(group)));
        await app.StartAsync(stop);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
    }

    /// <summary>As long as what a node of WsCluster answers.</summary>
    private static object Health(TimeSpan uptime)
    {
        var healthy = new { Status = "Healthy", Description = (string?)null };
        return new
        {
            Status = "Healthy",
            UptimeSeconds = (long)uptime.TotalSeconds,
            RedisRoundTripMs = 0.125,
            Checks = new { Redis = healthy, Self = healthy, Node = healthy },
            NodeId = "1vi3517ccm",
            State = "ready",
            Registered = true,
            Connections = 0,
            MemoryBytes = 94_973_952,
        };
    }

    private static async Task SubscribeAsync(HttpContext context, MemberGroup group)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var stream = context.Features.GetRequiredFeature<UpgradeCapture>().Stream!;
        group.Add(stream);
        await ReadAsync(socket, static _ => { }, context.RequestAborted);
        group.Remove(stream);
    }

    private static async Task PublishAsync(HttpContext context, MemberGroup group)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await ReadAsync(socket, message => group.Send(message.Span), context.RequestAborted);
    }

    private static async Task ReadAsync(WebSocket socket, Action<ReadOnlyMemory<byte>> received, CancellationToken aborted)
    {
        try
        {
            // An empty read waits until something comes: no buffer is held while a connection is idle.
            while ((await socket.ReceiveAsync(Memory<byte>.Empty, aborted)).MessageType != WebSocketMessageType.Close)
            {
                await ReadMessageAsync(socket, received, aborted);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The tool closes without a goodbye.
        }
    }

    private static async Task ReadMessageAsync(WebSocket socket, Action<ReadOnlyMemory<byte>> received, CancellationToken aborted)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * length);
            }

            result = await socket.ReceiveAsync(buffer.AsMemory(length), aborted);
            length += result.Count;
        }
        while (!result.EndOfMessage);

        received(buffer.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
