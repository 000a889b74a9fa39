using System.Globalization;
using System.Net;
using StackExchange.Redis;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>What the stream costs, and how many may be open.</summary>
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

    [Fact]
    public async Task One_stream_more_than_100_is_refused_until_one_has_ended()
    {
        await using var cluster = new ProxyFixture(redis);
        var proxy = new Uri((await cluster.StartProxyAsync(DemoOptions.On)).Urls.First());
        List<HttpResponseMessage> streams = [];
        try
        {
            for (var i = 0; i < 101; i++)
            {
                streams.Add(await StatusStream.RequestAsync(proxy));
            }

            Assert.All(streams.Take(100), stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, streams[^1].StatusCode);
            Assert.Equal("application/problem+json", streams[^1].Content.Headers.ContentType?.MediaType);
            Assert.NotNull(streams[^1].Headers.RetryAfter);

            streams[0].Dispose();
            await Eventually.True(
                async () =>
                {
                    using var response = await StatusStream.RequestAsync(proxy);
                    return response.StatusCode == HttpStatusCode.OK;
                },
                "the place of the stream that ended is free");
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
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
