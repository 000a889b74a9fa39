using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using WsCluster.Server.Clients.WebSockets;
using WsCluster.Server.Telemetry;

namespace WsCluster.Server.Clients;

/// <summary>Upgrades a request, connects a client's queue to the transport, and reads until the end.</summary>
internal sealed class ClientTransport(NodeOptions options, NodeMetrics metrics, KeepAlive keepAlive)
{
    /// <summary>Upgrades the request and serves its client, if possible (<see cref="ConnectionTakeover"/>) after the request's end.</summary>
    /// <param name="context">A request for which <see cref="WebSocketHandshake.IsUpgrade"/> is true.</param>
    /// <param name="connection">The client.</param>
    /// <param name="session">What its messages mean.</param>
    /// <param name="subprotocol">The subprotocol to confirm, null for none.</param>
    /// <param name="ended">Called once, when the client is gone or could not be upgraded.</param>
    public async Task AcceptAsync(
        HttpContext context, ClientConnection connection, IClientSession session, string? subprotocol, Action? ended = null)
    {
        var handedOver = false;
        try
        {
            // After the upgrade Kestrel leaves the transport's pipes to us: writing to them directly saves a copy, a lock and a flush
            // per message that its upgraded stream would cost.
            var pipes = context.Features.Get<IConnectionTransportFeature>()?.Transport
                ?? throw new InvalidOperationException("The server gives no access to its transport; WsCluster runs on Kestrel.");
            var abort = context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort;
            var headers = context.Response.Headers;
            headers[HeaderNames.Upgrade] = "websocket";
            headers.SecWebSocketAccept = WebSocketHandshake.Accept(context.Request.Headers.SecWebSocketKey.ToString());
            if (subprotocol is not null)
            {
                headers.SecWebSocketProtocol = subprotocol;
            }

            if (connection.IsCompressed)
            {
                headers.SecWebSocketExtensions = PerMessageDeflate.Agreement;
            }

            await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();

            Task Serve() => ServeAsync(pipes, abort, connection, session, subprotocol, ended);
            handedOver = true;
            if (context.Features.Get<ConnectionTakeover>()?.TryLeave(pipes, Serve) is not true)
            {
                await Serve();
            }
        }
        finally
        {
            if (!handedOver)
            {
                connection.Outbound.Complete();
                ended?.Invoke();
            }
        }
    }

    private async Task ServeAsync(
        IDuplexPipe pipes, Action abort, ClientConnection connection, IClientSession session, string? subprotocol, Action? ended)
    {
        try
        {
            var stream = new UpgradedStream(pipes.Input, connection.Outbound);

            // Pings are ours (KeepAlive): with an interval here every connection would have a timer of its own.
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
            {
                IsServer = true,
                KeepAliveInterval = TimeSpan.Zero,
                SubProtocol = subprotocol,
                DangerousDeflateOptions = connection.IsCompressed ? PerMessageDeflate.ReadOptions : null,
            });
            connection.Outbound.Start(pipes.Output, session.FirstFrame);
            using var watch = keepAlive.Watch(connection, stream);
            await new ClientLoop(connection, session, socket, abort, options, metrics).RunAsync();
        }
        finally
        {
            connection.Outbound.Complete();
            ended?.Invoke();
        }
    }
}
