using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace WsCluster.Tests.Aspire;

/// <summary>What the AppHost describes to Aspire when it is started with some arguments. Nothing of it is started.</summary>
internal sealed class AspireModel : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;

    private AspireModel(IDistributedApplicationTestingBuilder builder) => _builder = builder;

    /// <summary>Names of all resources.</summary>
    public IEnumerable<string> Names => _builder.Resources.Select(resource => resource.Name);

    /// <summary>Runs the AppHost's program up to where it would start.</summary>
    public static async Task<AspireModel> ReadAsync(params string[] arguments)
    {
        var model = new AspireModel(
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.WsCluster_AppHost>(arguments, TestContext.Current.CancellationToken));
        model.AllocateEndpoints();
        return model;
    }

    /// <summary>A resource.</summary>
    public T Get<T>(string name)
        where T : IResource => Assert.IsAssignableFrom<T>(_builder.Resources.Single(resource => resource.Name == name));

    /// <summary>Annotations of a resource.</summary>
    public IReadOnlyList<T> Annotations<T>(string name)
        where T : IResourceAnnotation => [.. Get<IResource>(name).Annotations.OfType<T>()];

    /// <summary>The environment variables that a process of the resource would be started with.</summary>
    public async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(string name)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(Get<IResource>(name))
            .WithEnvironmentVariablesConfig()
            .BuildAsync(_builder.ExecutionContext, NullLogger.Instance, TestContext.Current.CancellationToken);
        Assert.Null(configuration.Exception);
        return configuration.EnvironmentVariables.ToDictionary();
    }

    /// <summary>The command line that a process of the resource would be started with.</summary>
    public async Task<IReadOnlyList<string>> ArgumentsAsync(string name)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(Get<IResource>(name))
            .WithArgumentsConfig()
            .BuildAsync(_builder.ExecutionContext, NullLogger.Instance, TestContext.Current.CancellationToken);
        Assert.Null(configuration.Exception);
        return [.. configuration.Arguments.Select(argument => argument.Value)];
    }

    /// <summary>The links that the dashboard would show for a resource, by their text.</summary>
    public async Task<IReadOnlyDictionary<string, string>> UrlsAsync(string name)
    {
        var resource = Get<IResourceWithEndpoints>(name);
        var context = new ResourceUrlsCallbackContext(
            _builder.ExecutionContext,
            resource,
            [.. resource.GetEndpoints().Select(endpoint => new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint })],
            TestContext.Current.CancellationToken);
        foreach (var annotation in Annotations<ResourceUrlsCallbackAnnotation>(name))
        {
            await annotation.Callback(context);
        }

        return context.Urls.ToDictionary(url => url.DisplayText!, url => url.Url);
    }

    /// <summary>
    /// Ends the AppHost's program, which goes on to a start that is cancelled already. Where the orchestrator is missing it complains about
    /// that first, on standard error.
    /// </summary>
    public ValueTask DisposeAsync() => _builder.DisposeAsync();

    /// <summary>Gives each endpoint the port that it asks for, as the orchestrator would.</summary>
    private void AllocateEndpoints()
    {
        foreach (var endpoint in _builder.Resources.OfType<ProjectResource>().SelectMany(project => project.Annotations.OfType<EndpointAnnotation>()))
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", endpoint.Port!.Value, targetPortExpression: "(a port of its own)");
        }
    }
}
