using WsCluster.Server.Hubs;

namespace WsCluster.Server.Clients;

internal static class ClientEndpointExtensions
{
    public static void AddClients(this IServiceCollection services)
    {
        services.AddSingleton<KeepAlive>();
        services.AddHostedService(provider => provider.GetRequiredService<KeepAlive>());
        services.AddSingleton<ClientTransport>();
        services.AddSingleton<ClientEndpoint>();
        services.AddSingleton<ClientDrain>();
    }

    public static void MapClients(this WebApplication app)
    {
        var clients = app.Services.GetRequiredService<ClientEndpoint>();
        Map("/client/hubs/{hub}", context => context.Request.RouteValues["hub"] as string);
        Map("/client", context => context.Request.Query["hub"]);
        Map("/ws", _ => HubName.Default);

        void Map(string pattern, Func<HttpContext, string?> hub) =>
            app.Map(pattern, (HttpContext context) => clients.HandleAsync(context, hub(context))).ExcludeFromDescription();
    }
}
