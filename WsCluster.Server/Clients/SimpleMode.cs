using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients;

/// <summary>What the messages of a simple client are, by its query.</summary>
/// <param name="Group">The group that they go to; null: they are user events.</param>
/// <param name="NoEcho">Whether the client does not get its own messages.</param>
internal sealed record SimpleMode(string? Group, bool NoEcho)
{
    /// <summary>Reads <c>webpubsub_mode</c>, <c>group</c> and <c>noEcho</c>; null, with the reason, if they make no sense.</summary>
    public static SimpleMode? TryParse(IQueryCollection query, out string? error)
    {
        error = null;
        var mode = query["webpubsub_mode"].ToString();
        if (mode.Length == 0 || mode.Equals("sendEvent", StringComparison.OrdinalIgnoreCase))
        {
            return new SimpleMode(null, false);
        }

        if (!mode.Equals("sendToGroup", StringComparison.OrdinalIgnoreCase))
        {
            error = "webpubsub_mode takes sendEvent or sendToGroup.";
            return null;
        }

        var group = query["group"].ToString();
        if (!HubName.IsValidGroup(group))
        {
            error = $"webpubsub_mode=sendToGroup takes a group: 1 to {HubName.MaxGroupLength} characters, not only white space.";
            return null;
        }

        return new SimpleMode(group, query["noEcho"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase));
    }
}
