using Microsoft.Extensions.Options;
using WsCluster.Server.Clients;
using WsCluster.Server.Cluster;
using WsCluster.Server.Hubs;
using WsCluster.Server.Security;
using WsCluster.Server.Telemetry;
using WsCluster.Server.Transport;
using WsCluster.ServiceDefaults.Configuration;
using WsCluster.ServiceDefaults.Health;

namespace WsCluster.Server;

internal static class NodeExtensions
{
    /// <summary>Time to tell the registry: that the node drains, and, after its clients were closed, that it leaves.</summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(5);

    public static void AddNode(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<NodeOptions>()
            .BindConfiguration(NodeOptions.Section)
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.ReadEndpoints(configuration);
                options.AnonymousRoles = configuration.GetList($"{NodeOptions.Section}:{nameof(NodeOptions.AnonymousRoles)}");

                // One by one: of a dictionary the binder leaves out, without a word, what it can't read.
                foreach (var hub in configuration.GetSection($"{NodeOptions.Section}:{nameof(NodeOptions.Hubs)}").GetChildren())
                {
                    options.Hubs[hub.Key] = hub.Get<HubOptions>() ?? new HubOptions();
                }
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<NodeOptions>, NodeOptionsValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<NodeOptions>>().Value);

        services.AddSingleton<NodeIdentity>();
        services.AddSingleton<NodeMetrics>();
        services.AddSingleton<PipelineBudget>();
        services.AddSingleton<HubScript>();
        services.AddSingleton<HubLog>();
        services.AddSingleton<SessionDirectory>();
        services.AddSingleton<HubPipelineContext>();
        services.AddSingleton<HubDirectory>();
        services.AddSingleton<ClusterView>();
        services.AddSingleton<NodeAddress>();
        services.AddSingleton<NodeStatus>();
        services.AddSingleton<IHealthDetails>(provider => provider.GetRequiredService<NodeStatus>());
        services.AddSingleton<LoadMeter>();
        services.AddSingleton<NodeRequests>();
        services.AddSingleton<INodeRequestHandler, ConnectionQuestion>();
        services.AddSingleton<DrainOrder>();
        services.AddSingleton<INodeRequestHandler>(provider => provider.GetRequiredService<DrainOrder>());
        services.AddSingleton<NodeCleaner>();
        services.AddSingleton<InboxReader>();
        services.AddSingleton<InboxProbe>();
        services.AddSingleton<NodeLease>();
        services.AddSingleton<AccessTokenValidator>();
        services.AddHostedService<NodeLifetime>();
        services.AddHealthChecks().AddCheck<NodeHealthCheck>("node");
        services.AddClients();
        services.AddTransport();

        services.AddProblemDetails();
        services.AddOpenApi();
        services.AddOptions<HostOptions>().Configure<NodeOptions>((host, node) => host.ShutdownTimeout = node.DrainWindow + node.CloseTimeout + LeaveTimeout);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                endpoint.UseHealthRepeats();
                endpoint.Use(ConnectionTakeover.Use);
            });
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
        });
    }

    public static void UseNode(this WebApplication app)
    {
        var nodeId = app.Services.GetRequiredService<NodeIdentity>().NodeId;
        app.Use((context, next) =>
        {
            context.Response.Headers["x-wscluster-node"] = nodeId;
            return next(context);
        });
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
