using System.Reflection;

namespace WsCluster.Tests.Aspire;

/// <summary>The program with which Aspire starts processes and containers (DCP); it comes with Aspire's packages.</summary>
internal static class Orchestrator
{
    /// <summary>Where the build of the AppHost says that it is.</summary>
    private static readonly string? Program = typeof(Projects.WsCluster_AppHost).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => "dcpclipath".Equals(attribute.Key, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>Skips the test where it is missing.</summary>
    public static void SkipIfMissing() =>
        Assert.SkipUnless(File.Exists(Program), $"Aspire's orchestrator (DCP) is not on this machine: {Program ?? "the AppHost was built without it"}.");
}
