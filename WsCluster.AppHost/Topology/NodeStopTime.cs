using System.Globalization;

namespace WsCluster.AppHost.Topology;

/// <summary>
/// How long a node may take to stop, by the options that it is given. When the whole cluster stops it takes no such time, as there is nowhere
/// for clients to go; but nodes that share their Redis with others drain as they do elsewhere.
/// </summary>
internal static class NodeStopTime
{
    /// <summary>What the options are by default.</summary>
    private static readonly (string Option, TimeSpan Default)[] Options =
        [("DrainWindow", TimeSpan.FromSeconds(20)), ("CloseTimeout", TimeSpan.FromSeconds(3))];

    /// <summary>For the registry, and for the process to end: what a node gives itself, and a little more.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(7);

    /// <summary>Adds up the options.</summary>
    public static TimeSpan Of(IReadOnlyDictionary<string, string> variables) => Options.Aggregate(
        Rest, (sum, option) => sum + (Parse(variables.GetValueOrDefault(ClusterVariables.Prefix + option.Option)) ?? option.Default));

    /// <summary>Null for what is no such time, which is a node's to complain about.</summary>
    private static TimeSpan? Parse(string? text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) ? time : null;
}
