using Microsoft.Extensions.Configuration.Memory;

namespace WsCluster.Proxy;

/// <summary>The side of the proxy that faces clients: Kestrel's limits, the end of the process, and what is worth a line in the log.</summary>
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

        // First in line, so that every other source of configuration can change it. YARP warns, with a stack trace, of every client
        // that leaves without a close handshake, of every cookie of a node that is gone, and of every failure that the proxy then
        // retries and reports in one line of its own.
        // It brings data protection along, which nothing here uses (the cookie is a hash), and which warns of where it keeps its keys.
        // What the Redis client has to say when Redis is away is RedisMonitor's one line, many times over.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
                ["Logging:LogLevel:StackExchange.Redis"] = "None",
                ["Logging:LogLevel:Yarp"] = "Error",
            },
        });
    }
}
