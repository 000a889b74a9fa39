using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace WsCluster.Proxy.Forwarding;

/// <summary>
/// The client that speaks to nodes: YARP's (no web proxy, no cookies, no redirects, as many connections to a node as there are
/// WebSockets), with deadlines for the two phases in which a dead or stopped node can keep a request waiting.
/// </summary>
internal sealed class NodeHttpClientFactory(IOptions<ProxyOptions> options, ILogger<ForwarderHttpClientFactory> logger) : ForwarderHttpClientFactory(logger)
{
    // Read here, where a wrong option still ends in a message for the operator.
    private readonly ProxyOptions _options = options.Value;

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = _options.ConnectTimeout;

        // Shorter than Kestrel's keep-alive of 130 s, so that it's never the node that closes a connection we are about to use.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new ResponseHeaderDeadline(_options.ResponseHeaderTimeout, handler);
}
