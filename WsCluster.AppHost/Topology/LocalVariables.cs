using System.Security.Cryptography;

namespace WsCluster.AppHost.Topology;

/// <summary>What the processes need besides <see cref="ClusterVariables"/> when the AppHost itself starts them.</summary>
internal static class LocalVariables
{
    public static void Add(Dictionary<string, string> variables, int proxyPort)
    {
        if (string.IsNullOrWhiteSpace(variables.GetValueOrDefault(ClusterVariables.AccessKey)))
        {
            variables[ClusterVariables.AccessKey] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        }

        // Tokens are made out to the proxy's address; any others that are configured count as well.
        string[] own = [$"http://localhost:{proxyPort}", $"http://127.0.0.1:{proxyPort}"];
        var configured = variables.GetValueOrDefault(ClusterVariables.PublicEndpoints)?.Split(';') ?? [];
        variables[ClusterVariables.PublicEndpoints] = string.Join(';', own.Union(configured, StringComparer.OrdinalIgnoreCase));

        variables[ClusterVariables.ExitWithParent] = "true";
    }
}
