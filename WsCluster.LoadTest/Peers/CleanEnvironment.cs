using System.Diagnostics;

namespace WsCluster.LoadTest.Peers;

/// <summary>Keeps the settings of the shell from reaching what is measured.</summary>
internal static class CleanEnvironment
{
    private static readonly string[] Foreign = ["WsCluster", "ASPNETCORE_", "ConnectionStrings__", "OTEL_", "DOTNET_gc", "DOTNET_GC", "NODE_OPTIONS"];

    public static void Apply(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => Foreign.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            start.Environment.Remove(name);
        }
    }
}
