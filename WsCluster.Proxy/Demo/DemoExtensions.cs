using WsCluster.Proxy.Demo.Status;
using WsCluster.ServiceDefaults.Security;

namespace WsCluster.Proxy.Demo;

internal static class DemoExtensions
{
    public static void AddDemo(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>()
            .BindConfiguration(AccessOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.ReadEndpoints(configuration));
        services.AddSingleton<DemoSwitch>();
        services.AddSingleton<DemoTokens>();
        services.AddSingleton<StatusFeed>();
    }

    /// <summary>Maps the demo's page, its tokens and its status stream, if it is on. Nothing of it is ever forwarded to a node.</summary>
    /// <returns>Whether the demo is on.</returns>
    public static bool MapDemo(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<DemoSwitch>().Decide())
        {
            return false;
        }

        app.MapDemoPage();
        app.MapGet("/demo/negotiate", NegotiateEndpoint.Negotiate);
        app.MapGet("/demo/status", StatusEndpoint.Open);
        return true;
    }
}
