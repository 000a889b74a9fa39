using System.Text.Json;
using WsCluster.Tests.AppHost;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Aspire;

/// <summary>What the AppHost, started as <c>azd</c> starts it, says about a deployment.</summary>
public sealed class ManifestTests : ProcessTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wscluster-manifest-").FullName;

    [Fact]
    public async Task Has_nodes_a_proxy_that_the_world_reaches_and_a_Redis_container()
    {
        var resources = await PublishAsync();

        Assert.Equal("container.v0", Text(resources, "redis", "type"));
        Assert.Contains("/redis:", Text(resources, "redis", "image"), StringComparison.Ordinal);
        Assert.EndsWith("/WsCluster.Server/WsCluster.Server.csproj", Text(resources, "node", "path"), StringComparison.Ordinal);
        Assert.EndsWith("/WsCluster.Proxy/WsCluster.Proxy.csproj", Text(resources, "proxy", "path"), StringComparison.Ordinal);
        foreach (var (name, external) in new[] { ("node", false), ("proxy", true) })
        {
            Assert.Equal("project.v0", Text(resources, name, "type"));
            var binding = resources.GetProperty(name).GetProperty("bindings").GetProperty("http");
            Assert.Equal(external, binding.TryGetProperty("external", out var value) && value.GetBoolean());
            Assert.False(binding.TryGetProperty("port", out _), "The platform chooses the port.");
            Assert.Equal("{redis.connectionString}", Text(resources, name, "env", "ConnectionStrings__redis"));
            Assert.Equal("{access-key.value}", Text(resources, name, "env", "WsCluster__AccessKey"));
        }

        Assert.Equal("{node.bindings.http.url}", Text(resources, "proxy", "env", "services__node__http__0"));
        Assert.Equal("{proxy.bindings.http.url}", Text(resources, "node", "env", "WsCluster__PublicEndpoints"));
    }

    [Fact]
    public async Task Holds_no_secret_and_no_right_of_a_developer()
    {
        var resources = await PublishAsync(
            "--ConnectionStrings:redis=redis.example:6379,password=Sesame", "--WsCluster:AccessKey=OpenSesame", "--WsCluster:SecondaryAccessKey=CloseSesame");

        foreach (var name in new[] { "access-key", "secondary-access-key", "redis-connection-string" })
        {
            Assert.Equal("parameter.v0", Text(resources, name, "type"));
            Assert.True(resources.GetProperty(name).GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean(), name);
        }

        Assert.Equal("{secondary-access-key.value}", Text(resources, "node", "env", "WsCluster__SecondaryAccessKey"));
        Assert.DoesNotContain("Sesame", resources.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("AllowAnonymous", resources.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("ASPNETCORE_ENVIRONMENT", resources.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_a_configured_Redis_instead_of_a_container()
    {
        var resources = await PublishAsync("--ConnectionStrings:redis=redis.example:6379");

        Assert.Equal("{redis-connection-string.value}", Text(resources, "redis", "connectionString"));
        Assert.DoesNotContain("container.v0", resources.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_a_container_even_where_a_developer_takes_the_embedded_Redis()
    {
        var resources = await PublishAsync("--Cluster:Redis=embedded");

        Assert.Equal("container.v0", Text(resources, "redis", "type"));
    }

    [Fact]
    public async Task A_wrong_option_ends_with_code_2()
    {
        var process = Own(AppHostProcess.Start("--Cluster:Restart=true"));

        Assert.Equal(2, await EndAsync(process));
        Assert.True(process.Log.Contains("Cluster:Restart is true, which the local way alone can do"));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<JsonElement> PublishAsync(params string[] arguments)
    {
        var file = Path.Combine(_folder, "aspire-manifest.json");
        var process = Own(AppHostProcess.Start(["--operation", "publish", "--publisher", "manifest", "--output-path", file, .. arguments]));
        Assert.True(await EndAsync(process) == 0, string.Join('\n', process.Log.From(0)));
        return JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).GetProperty("resources");
    }

    private static async Task<int> EndAsync(AppHostProcess process)
    {
        await Eventually.True(() => process.HasExited, "the AppHost ends by itself", TimeSpan.FromMinutes(1));
        return await process.WaitForExitAsync();
    }

    private static string Text(JsonElement element, params string[] path) =>
        path.Aggregate(element, (found, name) => found.GetProperty(name)).GetString()!;
}
