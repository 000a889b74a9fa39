using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace WsCluster.Server.Clients;

/// <summary>
/// Goes on with a connection after HTTP is done with it. A client that stayed inside its upgrade request would keep all that HTTP needs
/// (parser, headers, HttpContext, response writer, a span) for as long as it is connected: more than half of what an idle client
/// costs. So the request only upgrades and ends, and this connection middleware, which stands below HTTP, serves the client then.
/// </summary>
internal sealed class ConnectionTakeover : IConnectionHeartbeatFeature
{
    private readonly IDuplexPipe _transport;
    private readonly IConnectionHeartbeatFeature? _heartbeat;
    private volatile Action? _tick;
    private Func<Task>? _successor;

    private ConnectionTakeover(ConnectionContext connection)
    {
        _transport = connection.Transport;
        _heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
    }

    /// <summary>The middleware.</summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => async connection =>
    {
        var takeover = new ConnectionTakeover(connection);
        connection.Features.Set(takeover);
        connection.Features.Set<IConnectionHeartbeatFeature>(takeover);
        try
        {
            await next(connection);
        }
        finally
        {
            await takeover.GoOnAsync(connection.Features);
        }
    };

    /// <summary>Leaves the connection to <paramref name="successor"/> as soon as the request has ended.</summary>
    /// <returns>False, and nothing is done, if the request's transport is not the connection's own: TLS is between them.</returns>
    public bool TryLeave(IDuplexPipe transport, Func<Task> successor)
    {
        if (transport != _transport)
        {
            return false;
        }

        _successor = successor;
        return true;
    }

    /// <summary>
    /// HTTP's timeouts hang on the heartbeat, which knows no way to be unsubscribed from: without this detour it would hold on to HTTP's
    /// objects, and the limit for the end of a response would cut the connection after some minutes.
    /// </summary>
    public void OnHeartbeat(Action<object> action, object state)
    {
        _tick += () => action(state);
        _heartbeat?.OnHeartbeat(static takeover => ((ConnectionTakeover)takeover)._tick?.Invoke(), this);
    }

    private Task GoOnAsync(IFeatureCollection features)
    {
        if (_successor is not { } successor)
        {
            return Task.CompletedTask;
        }

        _tick = null;
        _successor = null;
        features.Set<IConnectionTimeoutFeature>(null);
        return successor();
    }
}
