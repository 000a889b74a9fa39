using Microsoft.Extensions.Configuration;
using WsCluster.AppHost.Configuration;
using WsCluster.ServiceDefaults;
using WsCluster.ServiceDefaults.Configuration;

namespace WsCluster.AppHost.Topology;

/// <summary>The environment variables that nodes and proxy are started with, as far as both ways of composing them agree.</summary>
internal static class ClusterVariables
{
    /// <summary>How the names of WsCluster's own variables begin.</summary>
    public const string Prefix = "WsCluster__";

    public const string AccessKey = Prefix + "AccessKey";
    public const string SecondaryAccessKey = Prefix + "SecondaryAccessKey";
    public const string PublicEndpoints = Prefix + "PublicEndpoints";
    public const string ExitWithParent = Prefix + "ExitWithParent";

    private const string Demo = Prefix + "Proxy__Demo";

    private const string Section = "WsCluster";

    /// <summary>What a client without a token may do on a developer's machine: everything.</summary>
    private const string DevelopmentRoles =
        "webpubsub.joinLeaveGroup;webpubsub.sendToGroup;wscluster.sendToConnection;wscluster.sendToUser;wscluster.broadcast";

    /// <summary>
    /// Everything that the AppHost's own configuration has in section <c>WsCluster</c> is handed on; clients need no token in development,
    /// unless it says otherwise.
    /// </summary>
    /// <param name="configuration">The AppHost's configuration.</param>
    /// <param name="options">What the cluster consists of.</param>
    /// <param name="environment">Name of the environment that the processes run in; null where somebody else decides that.</param>
    /// <exception cref="InvalidConfigurationException">An option cannot be handed on.</exception>
    public static Dictionary<string, string> Read(IConfiguration configuration, ClusterAppOptions options, string? environment)
    {
        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in configuration.GetSection(Section).AsEnumerable(makePathsRelative: true))
        {
            if (value is not null)
            {
                variables[Prefix + key.Replace(":", "__", StringComparison.Ordinal)] = value;
            }
        }

        if (options.Nodes > 1 && variables.ContainsKey(Prefix + "AdvertisedAddress"))
        {
            throw new InvalidConfigurationException(
                $"{Section}:AdvertisedAddress is set; it is the address of one node, and {ClusterAppOptions.Section}:Nodes is {options.Nodes}. " +
                "Leave it out: each node then tells the address that it listens on.");
        }

        JoinPublicEndpoints(variables, configuration);
        if (environment is not null)
        {
            variables["DOTNET_ENVIRONMENT"] = environment;
            variables["ASPNETCORE_ENVIRONMENT"] = environment;
            if (IsDevelopment(environment))
            {
                AllowAnonymous(variables, configuration);
            }
        }

        return variables;
    }

    /// <summary>Whether the proxy that gets these variables serves the demo page: as it is told, else in development.</summary>
    public static bool HaveDemo(IReadOnlyDictionary<string, string> variables, string? environment) =>
        bool.TryParse(variables.GetValueOrDefault(Demo), out var configured) ? configured : IsDevelopment(environment);

    /// <summary>They may have been given one by one; the proxy's address comes to them, so all have to be in one value.</summary>
    private static void JoinPublicEndpoints(Dictionary<string, string> variables, IConfiguration configuration)
    {
        foreach (var name in variables.Keys.Where(key => key.StartsWith(PublicEndpoints, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            variables.Remove(name);
        }

        if (configuration.GetList($"{Section}:{PublicEndpoints[Prefix.Length..]}") is { Length: > 0 } configured)
        {
            variables[PublicEndpoints] = string.Join(';', configured);
        }
    }

    private static bool IsDevelopment(string? environment) => "Development".Equals(environment, StringComparison.OrdinalIgnoreCase);

    private static void AllowAnonymous(Dictionary<string, string> variables, IConfiguration configuration)
    {
        const string roles = "AnonymousRoles";
        variables.TryAdd(Prefix + "AllowAnonymous", "true");
        if (!configuration.GetSection($"{Section}:{roles}").Exists())
        {
            variables[Prefix + roles] = DevelopmentRoles;
        }
    }
}
