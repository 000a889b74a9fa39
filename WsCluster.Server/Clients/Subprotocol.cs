namespace WsCluster.Server.Clients;

/// <summary>Choice of the subprotocol.</summary>
internal static class Subprotocol
{
    public const string Json = "json.webpubsub.azure.v1";
    public const string ReliableJson = "json.reliable.webpubsub.azure.v1";

    /// <summary>Subprotocols of Web PubSub that WsCluster does not speak yet.</summary>
    private static readonly string[] NotYet = ["protobuf.webpubsub.azure.v1", "protobuf.reliable.webpubsub.azure.v1"];

    /// <summary>
    /// The first that the client offers of those that are spoken here, in the client's spelling; null for a simple client.
    /// </summary>
    public static string? Select(IList<string> offered) => offered.FirstOrDefault(name => Is(name, Json) || Is(name, ReliableJson));

    /// <summary>How a client of a subprotocol that is spoken here gets its messages.</summary>
    public static ClientEncoding Encoding(string? name) =>
        name is null ? ClientEncoding.Simple : Is(name, ReliableJson) ? ClientEncoding.ReliableJson : ClientEncoding.Json;

    /// <summary>The first that the client offers of those that are known but not spoken; null if there is none.</summary>
    public static string? FindUnsupported(IList<string> offered) =>
        offered.FirstOrDefault(name => NotYet.Any(known => Is(name, known)));

    private static bool Is(string name, string known) => string.Equals(name, known, StringComparison.OrdinalIgnoreCase);
}
