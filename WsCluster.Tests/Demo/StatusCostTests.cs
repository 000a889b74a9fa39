using System.Globalization;
using StackExchange.Redis;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Demo;

[Collection(ProxyCollection.Name)]
public sealed class StatusCostTests(SharedRedis redis)
{
    [Fact]
    public async Task However_many_pages_are_open_Redis_is_read_once()
    {
        const int pages = 40;
        const int events = 5;
        await using var cluster = new ProxyFixture(redis);
        await cluster.StartNodeAsync();
        var proxy = await cluster.StartProxyForAsync(1, DemoOptions.On);
        var before = await CountScriptsAsync();

        var streams = await Task.WhenAll(Enumerable.Range(0, pages).Select(_ => StatusStream.OpenAsync(new Uri(proxy.Urls.First()))));
        await Task.WhenAll(streams.Select(stream => stream.Cluster.WaitForCountAsync(events)));
        var scripts = await CountScriptsAsync() - before;

        // At least one a second. Had each page read for itself, it would be 200.
        Assert.InRange(scripts, 1, pages);
        await Task.WhenAll(streams.Select(stream => stream.DisposeAsync().AsTask()));
    }

    private async Task<long> CountScriptsAsync()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
        var sections = await admin.GetServers()[0].InfoAsync("commandstats");
        return sections.SelectMany(section => section)
            .Where(entry => entry.Key is "cmdstat_evalsha" or "cmdstat_eval")
            .Sum(entry => long.Parse(entry.Value.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture));
    }
}
