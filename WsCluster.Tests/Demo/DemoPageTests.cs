using System.Net;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>The files of the page.</summary>
[Collection<DemoCollection>]
public sealed class DemoPageTests(DemoClusterFixture fixture) : ClusterTest(fixture)
{
    public static TheoryData<string> Files { get; } =
        [.. Directory.GetFiles(Path.Combine(TestPaths.Project, "..", "WsCluster.Proxy", "Demo", "Page")).Select(file => Path.GetFileName(file)!)];

    [Fact]
    public async Task The_page_is_at_the_root_and_loads_nothing_from_elsewhere()
    {
        using var response = await Cluster.Proxy.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        var host = Cluster.Proxy.Address.Authority;
        Assert.StartsWith($"default-src 'self'; connect-src 'self' ws://{host} wss://{host};", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("<!doctype html>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_file_has_its_type_and_is_asked_for_again_only_if_it_changed(string file)
    {
        using var response = await Cluster.Proxy.GetAsync("/demo/" + file);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var type = Path.GetExtension(file) switch
        {
            ".html" => "text/html",
            ".css" => "text/css",
            ".js" => "text/javascript",
            ".svg" => "image/svg+xml",
            var other => throw new NotSupportedException($"A test should know what type {other} has."),
        };
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(response.Headers.CacheControl?.NoCache);

        using var again = new HttpRequestMessage(HttpMethod.Get, "/demo/" + file) { Headers = { IfNoneMatch = { response.Headers.ETag! } } };
        using var unchanged = await Cluster.Proxy.OpenAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("/demo")]
    [InlineData("/demo/nothing.js")]
    [InlineData("/demo/..%2f..%2fWsCluster.Proxy.dll")]
    [InlineData("/demo/status/more")]
    public async Task Whatever_else_is_under_demo_is_not_there_and_asked_of_no_node(string path)
    {
        using var response = await Cluster.Proxy.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.False(response.Headers.Contains("x-wscluster-node"));
    }
}
