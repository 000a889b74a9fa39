using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WsCluster.Tests.Proxy.Kit;

/// <summary>What a <see cref="FakeNode"/> does with a request.</summary>
internal enum Behaviour
{
    Answer,
    Refuse503,
    BreakConnection,
}

/// <summary>
/// A web server as the proxy sees a node: names itself in every answer, echoes WebSockets under <c>/client</c>, shows requests
/// under <c>/request</c> and counts the bytes of a body under <c>/count</c>.
/// </summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;
    private int _webSockets;

    private FakeNode(string nodeId, WebApplication app) => (NodeId, _app) = (nodeId, app);

    public string NodeId { get; }

    public string Address => _app.Urls.First();

    public Behaviour Behaviour { get; set; }

    /// <summary>Requests that arrived, whatever became of them.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>WebSockets open now.</summary>
    public int WebSockets => Volatile.Read(ref _webSockets);

    public static async Task<FakeNode> StartAsync(string nodeId)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var node = new FakeNode(nodeId, builder.Build());
        node._app.UseWebSockets();
        node._app.Run(node.HandleAsync);
        await node._app.StartAsync();
        return node;
    }

    /// <summary>Closes the listener and every connection, as the death of the process does; the registry is not told.</summary>
    public async Task DieAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        context.Response.Headers["x-wscluster-node"] = NodeId;
        if (Behaviour == Behaviour.BreakConnection)
        {
            context.Abort();
        }
        else if (Behaviour == Behaviour.Refuse503)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync($"{NodeId} refuses");
        }
        else if (context.WebSockets.IsWebSocketRequest)
        {
            await EchoAsync(context);
        }
        else if (context.Request.Path == "/count")
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.WriteAsync($"{body.Length}");
        }
        else if (context.Request.Path == "/slow")
        {
            // Headers now, the rest when the test says so.
            await context.Response.WriteAsync("begin,");
            await context.Response.Body.FlushAsync();
            await Continue.Task;
            await context.Response.WriteAsync("end");
        }
        else
        {
            await context.Response.WriteAsJsonAsync(
                context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()));
        }
    }

    /// <summary>Lets <c>/slow</c> end its answer.</summary>
    public TaskCompletionSource Continue { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        Interlocked.Increment(ref _webSockets);
        try
        {
            var buffer = new byte[1024];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client left, or the node dies.
        }
        finally
        {
            Interlocked.Decrement(ref _webSockets);
        }
    }
}
