using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace WsCluster.Proxy.Forwarding;

/// <summary>In what way a node failed a request before it began to answer.</summary>
internal enum NodeFailure
{
    /// <summary>It did not, or it was the client who left.</summary>
    None,

    /// <summary>No connection was made: the node has seen nothing of the request.</summary>
    Connect,

    /// <summary>The node refused a WebSocket with 503: it joins, drains, or has lost Redis.</summary>
    Unavailable,

    /// <summary>The node has the request, but did not answer in time.</summary>
    Timeout,

    /// <summary>The connection broke; the node may or may not have acted on the request.</summary>
    Transport,
}

internal static class NodeFailures
{
    /// <summary>Reads what YARP left in the request's features.</summary>
    public static NodeFailure Of(IForwarderErrorFeature? error) => error switch
    {
        { Error: ForwarderError.Request } => OfException(error.Exception),
        { Error: ForwarderError.RequestBodyDestination } => NodeFailure.Transport,
        _ => NodeFailure.None,
    };

    private static NodeFailure OfException(Exception? exception) => exception switch
    {
        HttpRequestException { StatusCode: HttpStatusCode.ServiceUnavailable } => NodeFailure.Unavailable,
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        } => NodeFailure.Connect,
        TimeoutException => NodeFailure.Timeout,
        _ => NodeFailure.Transport,
    };
}
