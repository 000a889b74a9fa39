using WsCluster.AppHost.Topology;

namespace WsCluster.AppHost;

/// <summary>What nodes and proxy have in common, and the addresses that they tell each other.</summary>
internal static class ClusterProjectExtensions
{
    /// <summary>Name of the one endpoint of nodes and proxy.</summary>
    public const string Http = "http";

    /// <summary>Adds the access key: as configured, else made by Aspire at each start, or once for a deployment.</summary>
    public static IResourceBuilder<ParameterResource> AddAccessKey(this IDistributedApplicationBuilder builder, AspireSettings settings)
    {
        const string name = "access-key";
        return settings.AccessKey is { } configured
            ? builder.AddParameter(name, configured, secret: true)
            : builder.AddParameter(name, new GenerateParameterDefault { MinLength = 44, Special = false }, secret: true);
    }

    /// <summary>Hands on configuration, key and Redis; ready is who answers <c>/health</c> with 200.</summary>
    public static IResourceBuilder<ProjectResource> WithClusterDefaults(
        this IResourceBuilder<ProjectResource> project,
        AspireSettings settings,
        IResourceBuilder<ParameterResource> accessKey,
        IResourceBuilder<IResourceWithConnectionString> redis)
    {
        foreach (var (name, value) in settings.Variables)
        {
            project.WithEnvironment(name, value);
        }

        return project
            .WithEnvironment(ClusterVariables.AccessKey, accessKey)
            .WithReference(redis)
            .WaitFor(redis)
            .WithHttpHealthCheck("/health", endpointName: Http);
    }

    /// <summary>Adds a second key, if one is configured.</summary>
    public static IResourceBuilder<ProjectResource> WithSecondaryAccessKey(
        this IResourceBuilder<ProjectResource> project, AspireSettings settings) =>
        settings.SecondaryAccessKey is { } configured
            ? project.WithEnvironment(
                ClusterVariables.SecondaryAccessKey, project.ApplicationBuilder.AddParameter("secondary-access-key", configured, secret: true))
            : project;

    /// <summary>Makes the proxy's address, and any that are configured, the ones that tokens may be made out to.</summary>
    public static IResourceBuilder<ProjectResource> WithPublicEndpoint(
        this IResourceBuilder<ProjectResource> nodes, IResourceBuilder<ProjectResource> proxy, AspireSettings settings)
    {
        var endpoint = proxy.GetEndpoint(Http);
        var expression = new ReferenceExpressionBuilder();
        expression.Append($"{endpoint}");
        if (nodes.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            expression.Append($";http://127.0.0.1:{endpoint.Property(EndpointProperty.Port)}");
        }

        if (settings.PublicEndpoints is { } configured)
        {
            expression.Append($";{configured}");
        }

        return nodes.WithEnvironment(ClusterVariables.PublicEndpoints, expression.Build());
    }

    /// <summary>Where clients of a hub connect.</summary>
    public static ReferenceExpression ClientUrl(this IResourceBuilder<ProjectResource> proxy, string hub)
    {
        var endpoint = proxy.GetEndpoint(Http);
        return ReferenceExpression.Create(
            $"ws://{endpoint.Property(EndpointProperty.Host)}:{endpoint.Property(EndpointProperty.Port)}/client/hubs/{hub}");
    }

    /// <summary>Names the proxy's pages in the dashboard.</summary>
    public static IResourceBuilder<ProjectResource> WithFrontDoorUrls(this IResourceBuilder<ProjectResource> proxy, AspireSettings settings) =>
        proxy
            .WithUrlForEndpoint(Http, url => url.DisplayText = settings.HasDemo ? "Demo page" : "Proxy")
            .WithUrlForEndpoint(Http, (EndpointReference _) => new ResourceUrlAnnotation { Url = "/cluster", DisplayText = "Cluster status" });
}
