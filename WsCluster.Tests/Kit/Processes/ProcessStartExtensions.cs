using System.Diagnostics;

namespace WsCluster.Tests.Kit;

internal static class ProcessStartExtensions
{
    /// <summary>The HTTP proxy of the machine that runs the tests has no part in what they ask of localhost.</summary>
    public static void RemoveHttpProxies(this ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }
    }
}
