using System.Collections.Immutable;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Proxy.Demo.Status;

/// <summary>
/// What the status streams carry. Fed by the proxy's one reader of the registry and written once for all of them, however many pages
/// are open. A page that is slow misses states of the cluster, never a part of the story. While no page is open only the story goes on,
/// for those that come back; what is published rests.
/// </summary>
internal sealed class StatusFeed : IDisposable
{
    /// <summary>Most streams at a time.</summary>
    public const int MaxPages = 100;

    private const int StoriesKept = 100;

    // Also while Redis is away, so that a page can tell a cluster in trouble from a stream that is dead.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ProcessMeter _meter;
    private readonly ClusterStory _story;
    private readonly ITimer _timer;
    private readonly string _run = Guid.NewGuid().ToString("n")[..8];

    private volatile Frame _frame = new(null, []);
    private bool _asked; // whether Redis was asked at all
    private bool _redisAvailable;
    private long _readAt;
    private long _publishedAt;
    private long _lastStory;
    private int _pages;

    public StatusFeed(ClusterWatcher watcher, IOptions<ClusterOptions> options, TimeProvider time)
    {
        _time = time;
        _meter = new ProcessMeter(time);
        _story = new ClusterStory(options.Value.LeaseDuration);
        watcher.Read += OnRead;
        watcher.Missed += OnMissed;
        _timer = time.CreateTimer(_ => OnTick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Counts a page in, unless there are too many. The first one gets the cluster as it is now.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_pages == MaxPages)
            {
                return false;
            }

            if (++_pages == 1)
            {
                _timer.Change(Interval, Interval);
                _meter.Measure();
                if (_asked)
                {
                    Publish([]);
                }
            }

            return true;
        }
    }

    /// <summary>Counts a page out.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_pages == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The events of one stream, until it is cancelled.</summary>
    /// <param name="lastEventId">The last event that the page had before its stream broke; null for a page that is new.</param>
    /// <param name="stop">Ends the stream.</param>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(string? lastEventId, [EnumeratorCancellation] CancellationToken stop)
    {
        var seen = PositionOf(lastEventId);
        while (!stop.IsCancellationRequested)
        {
            var frame = _frame;
            if (frame.Cluster is not null)
            {
                yield return new SseItem<string>(frame.Cluster, "cluster") { ReconnectionInterval = Interval };
            }

            foreach (var (number, item) in frame.Stories)
            {
                if (number > seen)
                {
                    seen = number;
                    yield return item;
                }
            }

            await frame.Replaced.Task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Ids name the run of the process: the stories of an earlier proxy at this address are not ours, so all of ours are new.</summary>
    private long PositionOf(string? lastEventId)
    {
        if (string.IsNullOrEmpty(lastEventId))
        {
            return _frame.Stories.LastOrDefault().Number;
        }

        return lastEventId.Split('-') is [var run, var number] && run == _run && long.TryParse(number, out var seen) ? seen : 0;
    }

    /// <summary>Takes in a read of the registry.</summary>
    internal void OnRead(ClusterSnapshot snapshot)
    {
        lock (_gate)
        {
            _asked = _redisAvailable = true;
            _readAt = _time.GetTimestamp();
            Publish(_story.Read(snapshot, _time.GetUtcNow()));
        }
    }

    private void OnMissed()
    {
        lock (_gate)
        {
            _asked = true;
            _redisAvailable = false;
            Publish(_story.Missed(_time.GetUtcNow()));
        }
    }

    private void OnTick()
    {
        lock (_gate)
        {
            if (_pages == 0)
            {
                return; // The timer was stopped too late for this one.
            }

            _meter.Measure();
            if (_asked && _time.GetElapsedTime(_publishedAt) >= Interval)
            {
                Publish([]);
            }
        }
    }

    private void Publish(IReadOnlyList<StoryEvent> story)
    {
        if (_pages == 0 && story.Count == 0)
        {
            return;
        }

        var age = _time.GetElapsedTime(_readAt);
        var status = new ClusterStatus(
            _time.GetUtcNow().ToUnixTimeMilliseconds(),
            new RedisStatus(_redisAvailable),
            new ProxyStatus(_meter.StartedAt.ToUnixTimeMilliseconds(), _meter.MemoryBytes, _meter.CpuPercent, _pages),
            _story.Nodes.Select(live => NodeStatus.Of(live, age)));

        var old = _frame;
        var stories = old.Stories;
        foreach (var told in story)
        {
            var number = ++_lastStory;
            stories = stories.Add((number, new SseItem<string>(JsonSerializer.Serialize(told, Json), "story") { EventId = $"{_run}-{number}" }));
        }

        _frame = new Frame(JsonSerializer.Serialize(status, Json), stories.RemoveRange(0, Math.Max(0, stories.Length - StoriesKept)));
        _publishedAt = _time.GetTimestamp();
        old.Replaced.SetResult();
    }

    /// <summary>What there is to see, until it is replaced by the next.</summary>
    /// <param name="Cluster">The cluster (JSON); null before Redis was asked at all.</param>
    /// <param name="Stories">The last stories, oldest first.</param>
    private sealed record Frame(string? Cluster, ImmutableArray<(long Number, SseItem<string> Item)> Stories)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
