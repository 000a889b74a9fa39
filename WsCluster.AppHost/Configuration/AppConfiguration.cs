using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace WsCluster.AppHost.Configuration;

/// <summary>
/// Configuration as every .NET host reads it: appsettings.json beside the program, environment variables, command line
/// (<c>--Cluster:Nodes=5</c>); the later wins.
/// </summary>
internal static class AppConfiguration
{
    public static HostApplicationBuilder CreateBuilder(string[] args)
    {
        var defaults = new ConfigurationManager();
        defaults.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["hostBuilder:reloadConfigOnChange"] = "false",
        });
        return Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = WithEnvironment(args),
            Configuration = defaults,
            ContentRootPath = AppContext.BaseDirectory,
        });
    }

    /// <summary>
    /// Arguments that name the environment: a cluster on one machine is a developer's unless the arguments or the environment's
    /// variables say otherwise.
    /// </summary>
    public static string[] WithEnvironment(string[] args) =>
    [
        $"--{HostDefaults.EnvironmentKey}={Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environments.Development}",
        .. args,
    ];
}
