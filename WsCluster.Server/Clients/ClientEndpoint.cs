using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Clients.Simple;
using WsCluster.Server.Clients.WebSockets;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Security;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.Server.Clients;

/// <summary>Where clients come in: checks the handshake, makes the connection, and stays with it until its end.</summary>
internal sealed class ClientEndpoint(
    NodeOptions options,
    NodeIdentity node,
    NodeStatus status,
    NodeRequests requests,
    NodeMetrics metrics,
    HubDirectory hubs,
    HubLog log,
    AccessTokenValidator tokens,
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

        if (!status.TakesClients)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"The node takes no clients now: it is {status.State}.");
            return;
        }

        var offered = context.WebSockets.WebSocketRequestedProtocols;
        var connectionId = context.Request.Query["awps_connection_id"].ToString();
        if (connectionId.Length > 0)
        {
            await HoldAsync(hub, held => RecoverAsync(context, held, connectionId, offered));
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

        await HoldAsync(hub, held => ConnectAsync(context, held, result.Identity, selected));
    }

    private async Task HoldAsync(string hub, Func<Hub, Task> handle)
    {
        var held = hubs.Hold(hub);
        try
        {
            await handle(held);
        }
        finally
        {
            held.Release();
        }
    }

    private async Task ConnectAsync(HttpContext context, Hub hub, ClientIdentity identity, string? subprotocol)
    {
        var encoding = Subprotocol.Encoding(subprotocol);
        var session = encoding == ClientEncoding.ReliableJson && hub.HasLog ? new ReliableSession(NewToken(), generation: 1, position: 0, options) : null;
        var connection = Create(context, node.NewConnectionId(), hub, identity, encoding, session);
        IClientSession handler;
        if (subprotocol is null)
        {
            if (SimpleMode.TryParse(context.Request.Query, out var error) is not { } mode)
            {
                await RefuseAsync(context, StatusCodes.Status400BadRequest, error!);
                return;
            }

            handler = new SimpleSession(connection, mode.Group, mode.NoEcho, metrics);
        }
        else
        {
            handler = new JsonSession(connection, requests, node, options, metrics);
        }

        // Before the upgrade: once the client is told that it is connected, every node reaches it. What comes earlier waits in its queue.
        if (!await hub.AddConnectionAsync(connection, identity.Groups))
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The connection could not be entered: the cluster's Redis does not answer.");
            return;
        }

        await AcceptAsync(context, connection, handler, subprotocol);
    }

    /// <summary>
    /// Lets a reliable client go on with its session. A recovery that can't be done must be refused with a close code: an HTTP error
    /// would look like a passing fault, and SDKs try again every second.
    /// </summary>
    private async Task RecoverAsync(HttpContext context, Hub hub, string connectionId, IList<string> offered)
    {
        const string Away = "The connection cannot be recovered now: the cluster's Redis does not answer.";
        var token = context.Request.Query["awps_reconnection_token"].ToString();
        if (NodeIdentity.NodeOf(connectionId) is null)
        {
            await RefuseRecoveryAsync(context, offered, "There is no such session, or it is over.");
            return;
        }

        var inbox = node.Inbox;
        var (record, refusal) = await hub.TakeOverAsync(connectionId, token);
        if (record is null)
        {
            await (refusal is null
                ? RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, Away)
                : RefuseRecoveryAsync(context, offered, refusal));
            return;
        }

        var identity = new ClientIdentity(record.UserId, new Permissions(record.Roles), []);
        var session = new ReliableSession(token, record.Generation, record.Position, options);
        var connection = Create(context, connectionId, hub, identity, ClientEncoding.ReliableJson, session);
        try
        {
            if (!await hub.AddRecoveredAsync(connection, record))
            {
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, Away);
                return;
            }

            if (await hub.CatchUpAsync(connection, record, inbox, log) is { } impossible)
            {
                connection.Close(ClientClose.RecoveryRefused(impossible));
                hub.RemoveConnection(connection);
                await RefuseRecoveryAsync(context, offered, impossible);
                return;
            }
        }
        catch (Exception exception) when (exception.IsRedisFailure())
        {
            hub.RemoveConnection(connection);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, Away);
            return;
        }

        metrics.Recovered();
        await AcceptAsync(context, connection, new JsonSession(connection, requests, node, options, metrics), Subprotocol.ReliableJson);
    }

    private ClientConnection Create(
        HttpContext context, string id, Hub hub, ClientIdentity identity, ClientEncoding encoding, ReliableSession? session) =>
        new(id, hub, identity, encoding, options, options.HubOf(hub.Name).SlowClients)
        {
            IsCompressed = options.Compression && PerMessageDeflate.IsOffered(context.Request.Headers),
            Session = session,
        };

    private static string NewToken() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)).Replace('+', '-').Replace('/', '_');

    private async Task AcceptAsync(HttpContext context, ClientConnection connection, IClientSession handler, string? subprotocol)
    {
        if (status.State == NodeState.Draining)
        {
            connection.Close(ClientClose.Draining); // It came in while the others were told to go.
        }

        metrics.Connected();
        await transport.AcceptAsync(context, connection, handler, subprotocol, ended: () =>
        {
            connection.Hub.RemoveConnection(connection);
            metrics.Disconnected();
        });
    }

    private Task RefuseRecoveryAsync(HttpContext context, IList<string> offered, string reason)
    {
        metrics.RecoveryRefused();
        var connection = new ClientConnection(node.NewConnectionId(), _nowhere, _anonymous, ClientEncoding.Simple, options);
        connection.Close(ClientClose.RecoveryRefused(reason));
        return transport.AcceptAsync(context, connection, new RefusedSession(), Subprotocol.Select(offered) ?? Subprotocol.FindUnsupported(offered));
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
