using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Cluster;

public sealed class ClusterWatcherTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(new int[0], 1000)]
    [InlineData(new[] { 5000 }, 1000)]
    [InlineData(new[] { 5000, 400, 4500 }, 420)]
    [InlineData(new[] { 1 }, 21)]
    [InlineData(new[] { 980 }, 1000)]
    [InlineData(new[] { 979 }, 999)]
    public void It_reads_again_after_a_heartbeat_or_when_the_first_lease_can_have_run_out(int[] leases, int expected) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expected), ClusterWatcher.NextRead(Snapshot(leases), TimeSpan.FromSeconds(1)));

    [Fact]
    public void It_never_waits_longer_than_a_heartbeat_and_never_not_at_all()
    {
        Gen.Select(Gen.Int[1, 10_000].Array[0, 5], Gen.Int[100, 60_000]).Sample((leases, heartbeat) =>
        {
            var next = ClusterWatcher.NextRead(Snapshot(leases), TimeSpan.FromMilliseconds(heartbeat)).TotalMilliseconds;
            return next > 0 && next <= heartbeat && (leases.Length == 0 || next >= Math.Min(heartbeat, leases.Min()));
        });
    }

    [Fact]
    public async Task It_follows_the_registry()
    {
        var registry = await Registry.NewAsync(redis, leaseMs: 3_000);
        using var watcher = new ClusterWatcher(
            registry.Nodes, registry.Connection, registry.Keys, registry.Options, TimeProvider.System, NullLogger<ClusterWatcher>.Instance);
        await watcher.StartAsync(Stop);

        await ReadAsync(watcher, snapshot => snapshot.Nodes.IsEmpty);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await ReadAsync(watcher, snapshot => snapshot.Find("a") is not null);
        await ReadAsync(watcher, snapshot => snapshot.Find("a") is null && snapshot.Expired.SequenceEqual(["a.0"])); // Nobody renews it.

        await watcher.StopAsync(Stop);
    }

    [Fact]
    public async Task A_change_that_is_announced_is_read_without_waiting_for_the_heartbeat()
    {
        var registry = await Registry.NewAsync(redis, leaseMs: 600_000);
        registry.Options.Value.HeartbeatInterval = TimeSpan.FromMinutes(10); // Longer than this test may take.
        using var watcher = new ClusterWatcher(
            registry.Nodes, registry.Connection, registry.Keys, registry.Options, TimeProvider.System, NullLogger<ClusterWatcher>.Instance);
        var first = NextReadAsync(watcher, _ => true);
        await watcher.StartAsync(Stop);
        await first;

        var came = NextReadAsync(watcher, snapshot => snapshot.Find("a") is not null);
        await registry.Nodes.RegisterAsync(Registry.Node("a"));
        await came;
        var left = NextReadAsync(watcher, snapshot => snapshot.Find("a") is null);
        await registry.Nodes.LeaveAsync("a.0", TimeSpan.FromSeconds(5));
        await left;
        var cleaned = NextReadAsync(watcher, snapshot => snapshot.Claimed.IsEmpty);
        await registry.Nodes.ReleaseAsync("a.0");
        await cleaned;

        await watcher.StopAsync(Stop);
    }

    /// <summary>What StackExchange.Redis was seen to let out of calls whose connection broke under heavy load.</summary>
    [Theory]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(IOException))]
    public async Task A_broken_call_counts_as_one_that_Redis_did_not_answer_and_the_next_is_tried(Type broken)
    {
        var registry = await Registry.NewAsync(redis, leaseMs: 600_000);
        var calls = 0;
        using var watcher = new ClusterWatcher(
            ScriptedRedis.NewRegistry(() => Interlocked.Increment(ref calls) == 1
                ? Task.FromException<RedisResult>((Exception)Activator.CreateInstance(broken)!)
                : Task.FromResult(RedisResult.Create([
                    RedisResult.Create((RedisValue)1), .. Enumerable.Repeat(RedisResult.Create(Array.Empty<RedisResult>()), 3)]))),
            registry.Connection,
            registry.Keys,
            registry.Options,
            TimeProvider.System,
            NullLogger<ClusterWatcher>.Instance);
        var missed = 0;
        watcher.Missed += () => missed++;
        var read = NextReadAsync(watcher, _ => true);

        await watcher.StartAsync(Stop);
        await read;

        Assert.Equal(1, missed);
        await watcher.StopAsync(Stop);
    }

    private static async Task ReadAsync(ClusterWatcher watcher, Func<ClusterSnapshot, bool> condition)
    {
        var end = DateTime.UtcNow + Deadline;
        while (!condition(watcher.Current))
        {
            Assert.True(DateTime.UtcNow < end, $"The watcher never saw what it should; at last it saw {watcher.Current}.");
            await Task.Delay(10, Stop);
        }
    }

    private static async Task NextReadAsync(ClusterWatcher watcher, Func<ClusterSnapshot, bool> condition)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnRead(ClusterSnapshot snapshot)
        {
            if (condition(snapshot))
            {
                done.TrySetResult();
            }
        }

        watcher.Read += OnRead;
        await done.Task.WaitAsync(Deadline, Stop);
        watcher.Read -= OnRead;
    }

    private static ClusterSnapshot Snapshot(int[] leases) =>
        new([.. leases.Select(left => new LiveNode(Registry.Node("n"), TimeSpan.FromMilliseconds(left)))], []);
}
