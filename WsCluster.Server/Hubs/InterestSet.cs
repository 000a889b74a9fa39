namespace WsCluster.Server.Hubs;

/// <summary>Names of a hub's interest sets.</summary>
internal static class InterestSet
{
    /// <summary>Nodes with any connection of the hub.</summary>
    public const string Hub = "h";

    public const string GroupPrefix = "g:";

    public const string UserPrefix = "u:";

    /// <summary>Nodes with members of a group.</summary>
    public static string Group(string group) => GroupPrefix + group;

    /// <summary>Nodes with connections of a user.</summary>
    public static string User(string userId) => UserPrefix + userId;

    /// <summary>Sessions of a user that are detached: ids of connections. Expires with the last of them.</summary>
    public static string Detached(string userId) => "d:" + userId;
}
