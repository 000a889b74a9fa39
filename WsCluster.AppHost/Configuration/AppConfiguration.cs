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
            // A cluster on one machine is a developer's unless somebody says otherwise (DOTNET_ENVIRONMENT beats this).
            [HostDefaults.EnvironmentKey] = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environments.Development,
            ["hostBuilder:reloadConfigOnChange"] = "false",
        });
        return Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            Configuration = defaults,
            ContentRootPath = AppContext.BaseDirectory,
        });
    }
}
