using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace WsCluster.Proxy.Forwarding;

internal static class ForwardingExtensions
{
    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddSingleton<IForwarderHttpClientFactory, NodeHttpClientFactory>();

        // Set, not Append: this is the front door, and nodes believe what it says. A client that sends X-Forwarded-* itself must not
        // choose its own address. Behind another proxy, ASPNETCORE_FORWARDEDHEADERS_ENABLED=true makes ASP.NET Core take over address and
        // scheme from it first, and then those are what is set here.
        services.AddReverseProxy().AddTransforms(route => route.AddXForwarded(ForwardedTransformActions.Set));
    }
}
