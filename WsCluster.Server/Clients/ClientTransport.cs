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
    /// <summary>Serves one client.</summary>
    /// <param name="context">A request for which <see cref="WebSocketHandshake.IsUpgrade"/> is true.</param>
    /// <param name="connection">The client.</param>
    /// <param name="session">What its messages mean.</param>
    /// <param name="subprotocol">The subprotocol to confirm, null for none.</param>
    public async Task RunAsync(HttpContext context, ClientConnection connection, IClientSession session, string? subprotocol)
    {
        try
        {
            // After the upgrade Kestrel leaves the transport's pipes to us: writing to them directly saves a copy, a lock and a flush
            // per message that its upgraded stream would cost.
            var pipes = context.Features.Get<IConnectionTransportFeature>()?.Transport
                ?? throw new InvalidOperationException("The server gives no access to its transport; WsCluster runs on Kestrel.");
            var headers = context.Response.Headers;
            headers[HeaderNames.Upgrade] = "websocket";
            headers.SecWebSocketAccept = WebSocketHandshake.Accept(context.Request.Headers.SecWebSocketKey.ToString());
            if (subprotocol is not null)
            {
                headers.SecWebSocketProtocol = subprotocol;
            }

            await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();

            var stream = new UpgradedStream(pipes.Input, connection.Outbound);

            // Pings are ours (KeepAlive): with an interval here every connection would have a timer of its own.
            using var socket = WebSocket.CreateFromStream(
                stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero, SubProtocol = subprotocol });
            connection.Outbound.Start(pipes.Output, session.FirstFrame);
            using var watch = keepAlive.Watch(connection, stream);
            await new ClientLoop(connection, session, socket, context.Abort, options, metrics).RunAsync();
        }
        finally
        {
            connection.Outbound.Complete();
        }
    }
}
