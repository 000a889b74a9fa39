using WsCluster.AppHost;
using WsCluster.AppHost.Configuration;
using WsCluster.ServiceDefaults.Configuration;

return await ProgramRunner.RunAsync(async () =>
{
    var builder = DistributedApplication.CreateBuilder(AppConfiguration.WithEnvironment(args));
    var settings = AspireSettings.Read(builder);
    using var embedded = await builder.StartEmbeddedRedisAsync(settings.Options);

    var redis = builder.AddClusterRedis(settings.Options, embedded).WithRegistryCommand(settings.Cluster);

    var accessKey = builder.AddAccessKey(settings);

    var proxy = builder.AddProject<Projects.WsCluster_Proxy>("proxy")
        .WithHttpEndpoint(port: settings.ProxyPort, name: ClusterProjectExtensions.Http)
        .WithExternalHttpEndpoints()
        .WithFrontDoorUrls(settings)
        .WithClusterDefaults(settings, accessKey, redis);

    var nodes = builder.AddProject<Projects.WsCluster_Server>("node")
        .WithReplicas(settings.Options.Nodes)
        .WithHttpEndpoint(port: settings.NodePort, name: ClusterProjectExtensions.Http)
        .WithClusterDefaults(settings, accessKey, redis)
        .WithSecondaryAccessKey(settings)
        .WithPublicEndpoint(proxy, settings);

    proxy.WithReference(nodes).WaitFor(nodes);

    builder.AddProject<Projects.WsCluster_LoadTest>("load-test")
        .WithArgs("fanout", "--url", proxy.ClientUrl(hub: "load"))
        .WaitFor(proxy)
        .WithExplicitStart()
        .ExcludeFromManifest();

    await builder.Build().RunAsync();
});
