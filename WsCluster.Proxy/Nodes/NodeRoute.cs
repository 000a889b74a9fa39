using System.Net;
using WsCluster.Proxy.Balancing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.SessionAffinity;

namespace WsCluster.Proxy.Nodes;

/// <summary>The one route (everything) and the one cluster (the nodes) that the proxy has.</summary>
internal static class NodeRoute
{
    public const string ClusterId = "nodes";

    public const string CookieName = ".WsCluster.Node";

    // A WebSocket (or a long answer) on which nothing moved for so long is taken for dead. A node pings its clients every 20 s, and can
    // be told to do so every 120 s at most: twice that, so that no ping that is late or lost cuts a client that is alive.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(4);

    public static RouteConfig Route { get; } = new()
    {
        RouteId = "everything",
        ClusterId = ClusterId,
        Match = new RouteMatch { Path = "/{**path}" },
    };

    public static ClusterConfig Cluster(IReadOnlyDictionary<string, string> addresses) => new()
    {
        ClusterId = ClusterId,
        LoadBalancingPolicy = ReportedConnectionsPolicy.PolicyName,
        SessionAffinity = new SessionAffinityConfig
        {
            Enabled = true,
            Policy = SessionAffinityConstants.Policies.HashCookie,
            FailurePolicy = SessionAffinityConstants.FailurePolicies.Redistribute,
            AffinityKeyName = CookieName,
            Cookie = new SessionAffinityCookieConfig
            {
                Path = "/",
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                SecurePolicy = CookieSecurePolicy.SameAsRequest,
                IsEssential = true,
            },
        },
        HealthCheck = new HealthCheckConfig
        {
            // RetryMiddleware says who failed; YARP keeps the time. When all have failed, all are tried again: better than none.
            Passive = new PassiveHealthCheckConfig { Enabled = true },
            AvailableDestinationsPolicy = "HealthyOrPanic",
        },
        HttpRequest = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = IdleTimeout,
        },
        Destinations = addresses.ToDictionary(node => node.Key, node => new DestinationConfig { Address = node.Value }),
    };
}
