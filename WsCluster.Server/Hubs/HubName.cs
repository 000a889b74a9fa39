using System.Text.RegularExpressions;

namespace WsCluster.Server.Hubs;

/// <summary>Names of hubs, groups and events, by the rules of the Web PubSub REST specification.</summary>
internal static partial class HubName
{
    /// <summary>The hub of <c>/ws</c>.</summary>
    public const string Default = "default";

    /// <summary>What a hub's name takes, for messages.</summary>
    public const string Characters = "a letter and up to 127 more of A-Z a-z 0-9 _ ` , . [ ]";

    /// <summary>Longest group name, in UTF-16 characters.</summary>
    public const int MaxGroupLength = 1024;

    /// <summary>Checks a hub's name and brings it to the form that is compared, routed and stored: lower case.</summary>
    public static bool TryNormalize(string? name, out string hub)
    {
        hub = string.Empty;
        if (name is null || !HubPattern().IsMatch(name))
        {
            return false;
        }

        hub = name.ToLowerInvariant();
        return true;
    }

    public static bool IsValidGroup(string? group) =>
        group is { Length: > 0 and <= MaxGroupLength } && !string.IsNullOrWhiteSpace(group);

    public static bool IsValidEvent(string? name) => name is not null && EventPattern().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}\z")]
    private static partial Regex HubPattern();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.\-]{0,127}\z")]
    private static partial Regex EventPattern();
}
