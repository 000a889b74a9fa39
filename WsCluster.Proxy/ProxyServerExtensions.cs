namespace WsCluster.Proxy;

/// <summary>The side of the proxy that faces clients: Kestrel's limits and the end of the process.</summary>
internal static class ProxyServerExtensions
{
    // The protocol allows bodies of 1 MiB. A little more passes, so that it's the node that refuses a larger one, with the right answer.
    private const long MaxRequestBodySize = (1024 + 64) * 1024;

    // A client that opens a connection and is slow to say what it wants costs a socket for so long.
    private static readonly TimeSpan RequestHeadersTimeout = TimeSpan.FromSeconds(10);

    // Open WebSockets never end by themselves, so Kestrel would wait for them until the host gives up, after 30 s unless told.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    public static void AddProxyServer(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = RequestHeadersTimeout;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodySize;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
    }
}
