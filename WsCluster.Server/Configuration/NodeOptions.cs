using WsCluster.ServiceDefaults.Security;

namespace WsCluster.Server;

/// <summary>Section <c>WsCluster</c>: options of a node, besides those it shares with the proxy.</summary>
public sealed class NodeOptions : AccessOptions
{
    /// <summary>Whether clients without a token get in.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Roles of clients without a token.</summary>
    public IReadOnlyList<string> AnonymousRoles { get; set; } = [];

    /// <summary>Whether X-Forwarded-Proto and X-Forwarded-Host are believed in when a token's address is checked.</summary>
    public bool TrustForwardedHeaders { get; set; }

    /// <summary>Where the proxy reaches this node; by default the first address that it listens on.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>Largest message of a client, bytes.</summary>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Most groups that one client may be in; with more, joins fail with an error.</summary>
    public int MaxGroupsPerConnection { get; set; } = 10_000;

    /// <summary>Most bytes that may wait for one client; with more it is closed as a slow client, unless its hub has another policy.</summary>
    public long MaxOutboundBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Most bytes of messages that may wait for Redis in this node; with more, sends fail with an error.</summary>
    public long MaxQueuedPublishBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a message waits for a Redis that is away; then its send fails with an error.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Most messages that a reliable client may leave without acknowledgement; with more, its session ends.</summary>
    public int MaxUnackedMessages { get; set; } = 1000;

    /// <summary>Likewise, bytes.</summary>
    public long MaxUnackedBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long a reliable client that is gone may come back to its session.</summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether permessage-deflate is agreed on with clients that offer it.</summary>
    public bool Compression { get; set; }

    /// <summary>
    /// Threads that read and serve connections; by default one for two cores, 16 at most. 0 leaves connections to .NET's own sockets,
    /// which is how it always is on other systems than Linux.
    /// </summary>
    public int? EventLoops { get; set; }

    /// <summary>How often a client is pinged. One that does not react until the next ping is closed.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a closing client has to answer the close frame.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long interest in a group or hub stays in Redis after its last member on this node has gone.</summary>
    public TimeSpan GroupLinger { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long another node has to answer a request.</summary>
    public TimeSpan NodeRequestTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>What single hubs do in a way of their own, by their names.</summary>
    public Dictionary<string, HubOptions> Hubs { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The options of a hub, by default those of any hub.</summary>
    public HubOptions HubOf(string name) => Hubs.GetValueOrDefault(name) ?? new HubOptions();
}
