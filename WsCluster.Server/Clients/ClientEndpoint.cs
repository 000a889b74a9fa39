using Microsoft.AspNetCore.Http.HttpResults;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Clients.Simple;
using WsCluster.Server.Clients.WebSockets;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Security;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Clients;

/// <summary>Where clients come in: checks the handshake, makes the connection, and stays with it until its end.</summary>
internal sealed class ClientEndpoint(
    NodeOptions options,
    NodeIdentity node,
    NodeStatus status,
    NodeRequests requests,
    NodeMetrics metrics,
    HubDirectory hubs,
    AccessTokenValidator tokens,
    ClientDrain drain,
    ClientTransport transport)
{
    private readonly ClientIdentity _anonymous = new(null, new Permissions(options.AnonymousRoles), []);
    private readonly Hub _nowhere = hubs.CreateDetached();

    /// <summary>Handles a request for a hub.</summary>
    public async Task HandleAsync(HttpContext context, string? hubName)
    {
        if (!WebSocketHandshake.IsUpgrade(context))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "This address takes WebSocket connections only.");
            return;
        }

        if (!HubName.TryNormalize(hubName, out var hub))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"The hub's name takes {HubName.Characters}");
            return;
        }

        // Recoveries, too: an SDK takes 503 for a passing fault and the proxy asks another node.
        if (!status.TakesClients)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"The node takes no clients now: it is {status.State}.");
            return;
        }

        var offered = context.WebSockets.WebSocketRequestedProtocols;
        if (!string.IsNullOrEmpty(context.Request.Query["awps_connection_id"]))
        {
            await RefuseRecoveryAsync(context, Subprotocol.Select(offered) ?? Subprotocol.FindUnsupported(offered));
            return;
        }

        var result = await IdentifyAsync(context, hub);
        if (result.Identity is null)
        {
            await RefuseAsync(context, result.StatusCode, result.Error!);
            return;
        }

        var selected = Subprotocol.Select(offered);
        if (selected is null && Subprotocol.FindUnsupported(offered) is { } unsupported)
        {
            await RefuseAsync(
                context, StatusCodes.Status400BadRequest, $"The subprotocol {unsupported} is not supported yet; offer {Subprotocol.Json}.");
            return;
        }

        var held = hubs.Hold(hub);
        try
        {
            await ConnectAsync(context, held, result.Identity, selected);
        }
        finally
        {
            held.Release();
        }
    }

    private async Task ConnectAsync(HttpContext context, Hub hub, ClientIdentity identity, string? subprotocol)
    {
        var encoding = subprotocol is null ? ClientEncoding.Simple : ClientEncoding.Json;
        var connection = new ClientConnection(node.NewConnectionId(), hub, identity, encoding, options, options.HubOf(hub.Name).SlowClients)
        {
            IsCompressed = options.Compression && PerMessageDeflate.IsOffered(context.Request.Headers),
        };
        IClientSession session;
        if (subprotocol is null)
        {
            if (SimpleMode.TryParse(context.Request.Query, out var error) is not { } mode)
            {
                await RefuseAsync(context, StatusCodes.Status400BadRequest, error!);
                return;
            }

            session = new SimpleSession(connection, mode.Group, mode.NoEcho, metrics);
        }
        else
        {
            session = new JsonSession(connection, requests, node, options, metrics);
        }

        // Before the upgrade: once the client is told that it is connected, every node reaches it. What comes earlier waits in its queue.
        if (!await hub.AddConnectionAsync(connection, identity.Groups))
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The connection could not be entered: the cluster's Redis does not answer.");
            return;
        }

        if (status.State == NodeState.Draining)
        {
            drain.Include(connection); // It came in while the others were told to go.
        }

        metrics.Connected();
        await transport.AcceptAsync(context, connection, session, subprotocol, ended: () =>
        {
            hub.RemoveConnection(connection);
            metrics.Disconnected();
        });
    }

    /// <summary>
    /// A recovery must be refused with a close code: an HTTP error would look like a passing fault, and SDKs try again every second.
    /// </summary>
    private Task RefuseRecoveryAsync(HttpContext context, string? subprotocol)
    {
        var connection = new ClientConnection(node.NewConnectionId(), _nowhere, _anonymous, ClientEncoding.Simple, options);
        connection.Close(ClientClose.RecoveryRefused("The connection cannot be recovered."));
        return transport.AcceptAsync(context, connection, new RefusedSession(), subprotocol);
    }

    private async Task<TokenResult> IdentifyAsync(HttpContext context, string hub)
    {
        var token = context.Request.Query["access_token"].ToString();
        if (token.Length == 0 && context.Request.Headers.Authorization.ToString() is { } header
            && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            token = header["Bearer ".Length..].Trim();
        }

        if (token.Length > 0)
        {
            return await tokens.ValidateAsync(token, hub, context.Request);
        }

        return options.AllowAnonymous
            ? new TokenResult(_anonymous, StatusCodes.Status200OK, null)
            : new TokenResult(null, StatusCodes.Status401Unauthorized, "An access token is required: query access_token, or Authorization: Bearer.");
    }

    private Task RefuseAsync(HttpContext context, int statusCode, string detail)
    {
        metrics.Refused(statusCode);
        if (statusCode == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        ProblemHttpResult problem = TypedResults.Problem(detail, statusCode: statusCode);
        return problem.ExecuteAsync(context);
    }
}
