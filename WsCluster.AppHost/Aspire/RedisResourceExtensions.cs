using WsCluster.AppHost.Configuration;
using WsCluster.AppHost.Redis;
using WsCluster.AppHost.Registry;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.AppHost;

/// <summary>The cluster's Redis as a resource.</summary>
internal static class RedisResourceExtensions
{
    /// <summary>Starts the embedded Redis where it is asked for, or no container runtime answers; null where Redis comes from elsewhere.</summary>
    public static async Task<EmbeddedRedis?> StartEmbeddedRedisAsync(this IDistributedApplicationBuilder builder, ClusterAppOptions options) =>
        builder.ExecutionContext.IsRunMode
        && (options.Redis == RedisSource.Embedded
            || (options.Redis == RedisSource.Auto && !await ContainerRuntime.AnswersAsync(builder.Configuration["ASPIRE_CONTAINER_RUNTIME"])))
            ? EmbeddedRedis.Start()
            : null;

    /// <summary>Adds the Redis that runs already, the embedded one, or a container.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddClusterRedis(
        this IDistributedApplicationBuilder builder, ClusterAppOptions options, EmbeddedRedis? embedded)
    {
        const string name = ClusterAppOptions.ConnectionName;
        if (options.RedisConnectionString is { } configured)
        {
            // It may hold a password.
            var parameter = builder.AddParameter($"{name}-connection-string", configured, secret: true);
            return builder.AddConnectionString(name, ReferenceExpression.Create($"{parameter}"));
        }

        return embedded is null
            ? builder.AddRedis(name)
            : builder.AddConnectionString(name, ReferenceExpression.Create($"{embedded.ConnectionString}"));
    }

    /// <summary>Adds a command that shows the registry of nodes.</summary>
    public static IResourceBuilder<T> WithRegistryCommand<T>(this IResourceBuilder<T> redis, ClusterOptions options)
        where T : IResourceWithConnectionString =>
        redis.WithCommand(
            "show-registry",
            "Show the registry",
            async context =>
            {
                var connectionString = await redis.Resource.GetConnectionStringAsync(context.CancellationToken);
                try
                {
                    var report = await RegistryReport.ReadAsync(connectionString!, options);
                    return CommandResults.Success(
                        "The registry of nodes",
                        new CommandResultData { Value = report, Format = CommandResultFormat.Markdown, DisplayImmediately = true });
                }
                catch (Exception exception) when (exception.IsRedisFailure())
                {
                    return CommandResults.Failure($"Redis does not answer: {exception.Message}");
                }
            },
            new CommandOptions { Description = "The nodes that are registered in Redis, with state, load and lease.", IconName = "TableSearch" });
}
