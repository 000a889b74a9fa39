namespace WsCluster.Server.Hubs;

/// <summary>Names of what a hub keeps in Redis of a reliable client, which are also the ends of their keys.</summary>
internal static class SessionKey
{
    public const string Prefix = "s:";

    /// <summary>Idempotency keys of the hub's messages: a sorted set, by time.</summary>
    public const string IdempotencyKeys = "k";

    /// <summary>
    /// The session, a hash: <c>o</c> inbox that has it, empty while it is detached; <c>g</c> generation; <c>k</c> reconnection token;
    /// <c>d</c> offset up to which the client has acknowledged (without it: up to where its inbox says); <c>u</c> user; <c>r</c> roles,
    /// one a line; <c>G</c>group intervals of offsets in which the client was in the group.
    /// </summary>
    public static string Session(string connectionId) => Prefix + connectionId;

    /// <summary>ackIds that the client has used: a sorted set, by time.</summary>
    public static string AckIds(string connectionId) => "k:" + connectionId;

    /// <summary>The connection whose session a name is; null if it is another name.</summary>
    public static string? ConnectionOf(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;
}
