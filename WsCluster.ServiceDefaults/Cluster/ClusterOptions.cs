using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace WsCluster.ServiceDefaults.Cluster;

/// <summary>Section <c>WsCluster</c>: what nodes and proxies of one cluster must agree on.</summary>
public sealed partial class ClusterOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "WsCluster";

    /// <summary>Name of the cluster; part of every key in Redis, so that several clusters can share one. a-z, 0-9 and '-', at most 40.</summary>
    public string ClusterName { get; set; } = "default";

    /// <summary>How often a node renews its lease and reports its load.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a node counts as alive after its last heartbeat.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(5);

    internal sealed class Validator : IValidateOptions<ClusterOptions>
    {
        public ValidateOptionsResult Validate(string? name, ClusterOptions options)
        {
            List<string> failures = [];
            if (!NamePattern().IsMatch(options.ClusterName))
            {
                failures.Add($"{Section}:ClusterName is '{options.ClusterName}'; it takes 1 to 40 characters a-z, 0-9 and '-'.");
            }

            if (options.HeartbeatInterval < TimeSpan.FromMilliseconds(100) || options.HeartbeatInterval > TimeSpan.FromMinutes(1))
            {
                failures.Add($"{Section}:HeartbeatInterval is {options.HeartbeatInterval}; it takes 00:00:00.1 to 00:01:00.");
            }

            if (options.LeaseDuration < 3 * options.HeartbeatInterval || options.LeaseDuration > TimeSpan.FromMinutes(10))
            {
                failures.Add($"{Section}:LeaseDuration is {options.LeaseDuration}; it takes three times HeartbeatInterval " +
                    $"({3 * options.HeartbeatInterval}) or more, at most 00:10:00.");
            }

            return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
        }
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,40}\z")]
    private static partial Regex NamePattern();
}
