using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Aspire;

/// <summary>Redis as Aspire sees it, and its command in the dashboard.</summary>
public sealed class RedisModelTests
{
    [Theory]
    [InlineData("--Cluster:Redis=embedded")]
    [InlineData("--ASPIRE_CONTAINER_RUNTIME=no-such-program")]
    public async Task Is_in_the_AppHost_if_asked_for_or_without_a_container_runtime(string argument)
    {
        await using var model = await AspireModel.ReadAsync(argument);

        model.Get<ConnectionStringResource>("redis");
        var connectionString = (await model.EnvironmentAsync("node"))["ConnectionStrings__redis"];
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
        Assert.True(await connection.GetDatabase().PingAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task Is_a_container_if_asked_for()
    {
        await using var model = await AspireModel.ReadAsync("--Cluster:Redis=container");

        Assert.True(model.Get<RedisResource>("redis").IsContainer());
    }

    [Theory]
    [InlineData("--ConnectionStrings:redis=redis.example:6379,password=secret")]
    [InlineData("--Cluster:Redis=redis.example:6379,password=secret")]
    [InlineData("--ConnectionStrings:redis=redis.example:6379,password=secret", "--Cluster:Redis=container")]
    public async Task Is_the_one_that_runs_already_if_configured(params string[] arguments)
    {
        await using var model = await AspireModel.ReadAsync(arguments);

        var redis = model.Get<ConnectionStringResource>("redis");
        Assert.Equal("{redis-connection-string.value}", redis.ConnectionStringExpression.ValueExpression);
        Assert.Equal("redis.example:6379,password=secret", await redis.ConnectionStringExpression.GetValueAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Has_a_command_that_shows_the_registry()
    {
        await using var model = await AspireModel.ReadAsync("--Cluster:Redis=embedded");

        var result = await ShowRegistryAsync(model);

        Assert.True(result.Success, result.Message);
        Assert.Equal("No nodes are registered.", result.Data!.Value);
    }

    [Fact]
    public async Task Its_command_says_so_when_Redis_does_not_answer()
    {
        await using var model = await AspireModel.ReadAsync($"--ConnectionStrings:redis=127.0.0.1:{FreePorts.Find()},connectTimeout=500");

        var result = await ShowRegistryAsync(model);

        Assert.False(result.Success);
        Assert.StartsWith("Redis does not answer: ", result.Message, StringComparison.Ordinal);
    }

    private static async Task<ExecuteCommandResult> ShowRegistryAsync(AspireModel model)
    {
        var command = model.Annotations<ResourceCommandAnnotation>("redis").Single(command => command.Name == "show-registry");
        Assert.Equal("Show the registry", command.DisplayName);
        await using var services = new ServiceCollection().BuildServiceProvider();
        return await command.ExecuteCommand(new ExecuteCommandContext
        {
            ServiceProvider = services,
            ResourceName = "redis",
            CancellationToken = TestContext.Current.CancellationToken,
            Logger = NullLogger.Instance,
            Arguments = null!, // It takes none.
        });
    }
}
