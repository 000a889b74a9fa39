using System.Text.Json;
using Microsoft.Extensions.Options;
using WsCluster.Proxy.Demo.Status;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Proxy.Kit;

namespace WsCluster.Tests.Demo;

/// <summary>When the status stream is written: only while somebody reads it.</summary>
public sealed class StatusFeedTests : IDisposable
{
    private readonly Clock _clock = new();
    private readonly StatusFeed _feed;

    public StatusFeedTests() => _feed = new StatusFeed(Snapshots.Watcher(), Options.Create(new ClusterOptions()), _clock);

    public void Dispose() => _feed.Dispose();

    [Fact]
    public void Nothing_is_published_after_the_last_page_has_left_until_the_first_one_comes()
    {
        Read("a");
        Assert.Null(Published());

        Assert.True(_feed.TryEnter());
        Assert.True(_feed.TryEnter());
        Assert.Equal(_clock.Seconds, Published());
        _feed.Leave();
        _clock.Tick();
        Assert.Equal(_clock.Seconds, Published());

        var last = _clock.Seconds;
        _feed.Leave();
        Assert.False(_clock.IsTicking);
        _clock.Tick();
        Read("a");
        Assert.Equal(last, Published());

        Assert.True(_feed.TryEnter());
        Assert.True(_clock.IsTicking);
        Assert.Equal(_clock.Seconds, Published());
    }

    [Fact]
    public async Task The_story_goes_on_while_no_page_is_open()
    {
        _feed.TryEnter();
        Read("a");
        Read("a", "b");
        var stop = TestContext.Current.CancellationToken;
        var seen = await _feed.ReadAsync("", stop).FirstAsync(stop);
        Assert.Equal("cluster", seen.EventType);
        var last = await _feed.ReadAsync("an-earlier-proxy", stop).Where(item => item.EventId is not null).Take(2).LastAsync(stop);

        _feed.Leave();
        Read("a", "b", "c");
        _feed.TryEnter();

        var missed = await _feed.ReadAsync(last.EventId, stop).Where(item => item.EventId is not null).Take(2).ToListAsync(stop);
        Assert.All(missed, item => Assert.Contains("\"nodeId\":\"c\"", item.Data, StringComparison.Ordinal));
    }

    private void Read(params string[] nodes) => _feed.OnRead(Snapshots.Of([.. nodes.Select(node => Snapshots.Node(node))]));

    /// <summary>When what a new stream begins with was published, in seconds; null if there is nothing to begin with.</summary>
    private long? Published()
    {
        var stream = _feed.ReadAsync(null, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        return stream.MoveNextAsync() is { IsCompletedSuccessfully: true }
            ? JsonDocument.Parse(stream.Current.Data).RootElement.GetProperty("time").GetInt64() / 1000
            : null;
    }

    /// <summary>A clock that a test moves on, a second at a time, with one timer.</summary>
    private sealed class Clock : TimeProvider, ITimer
    {
        private Action _tick = () => { };

        public long Seconds { get; private set; } = 1_000;

        public bool IsTicking { get; private set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _tick = () => callback(state);
            Change(dueTime, period);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => IsTicking = dueTime >= TimeSpan.Zero;

        /// <summary>A second passes; the timer's callback runs even if it was stopped just then.</summary>
        public void Tick()
        {
            Seconds++;
            _tick();
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
