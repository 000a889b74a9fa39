using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using WsCluster.AppHost.Configuration;
using WsCluster.ServiceDefaults;
using WsCluster.ServiceDefaults.Configuration;

namespace WsCluster.AppHost.Topology;

/// <summary>The <c>WsCluster__*</c> variables that nodes and proxy are started with.</summary>
internal static class ClusterVariables
{
    /// <summary>How the names of all these variables begin.</summary>
    public const string Prefix = "WsCluster__";

    public const string AccessKey = Prefix + "AccessKey";

    private const string Demo = Prefix + "Proxy__Demo";

    private const string Section = "WsCluster";

    /// <summary>What a client without a token may do on a developer's machine: everything.</summary>
    private const string DevelopmentRoles =
        "webpubsub.joinLeaveGroup;webpubsub.sendToGroup;wscluster.sendToConnection;wscluster.sendToUser;wscluster.broadcast";

    /// <summary>
    /// Everything that the AppHost's own configuration has in section <c>WsCluster</c> is handed on; what the processes of one
    /// cluster need besides is added unless it is there.
    /// </summary>
    public static Dictionary<string, string> Read(IConfiguration configuration, ClusterAppOptions options, bool development)
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

        if (string.IsNullOrWhiteSpace(variables.GetValueOrDefault(AccessKey)))
        {
            variables[AccessKey] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        }

        SetPublicEndpoints(variables, configuration, options.ProxyPort);
        if (development)
        {
            AllowAnonymous(variables, configuration);
        }

        variables[Prefix + "ExitWithParent"] = "true";
        return variables;
    }

    /// <summary>Whether the proxy that gets these variables serves the demo page: as it is told, else in development.</summary>
    public static bool HaveDemo(IReadOnlyDictionary<string, string> variables, bool development) =>
        bool.TryParse(variables.GetValueOrDefault(Demo), out var configured) ? configured : development;

    /// <summary>Tokens are made out to the proxy's address; any others that are configured count as well.</summary>
    private static void SetPublicEndpoints(Dictionary<string, string> variables, IConfiguration configuration, int proxyPort)
    {
        const string name = "PublicEndpoints";
        string[] own = [$"http://localhost:{proxyPort}", $"http://127.0.0.1:{proxyPort}"];
        var all = own.Concat(configuration.GetList($"{Section}:{name}")).Distinct(StringComparer.OrdinalIgnoreCase);

        // They may have been given one by one; the one value that holds them all replaces these.
        foreach (var single in variables.Keys.Where(key => key.StartsWith($"{Prefix}{name}__", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            variables.Remove(single);
        }

        variables[Prefix + name] = string.Join(';', all);
    }

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
