using Microsoft.Extensions.Options;
using StackExchange.Redis;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Support;

/// <summary>A registry in a cluster of its own, so that tests share a Redis without seeing each other.</summary>
internal sealed class Registry
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private Registry(ConnectionMultiplexer connection, ClusterKeys keys, TimeSpan lease)
    {
        Connection = connection;
        Keys = keys;
        Options = Microsoft.Extensions.Options.Options.Create(new ClusterOptions { LeaseDuration = lease });
        Nodes = new NodeRegistry(connection, keys, Options);
    }

    public ConnectionMultiplexer Connection { get; }

    public ClusterKeys Keys { get; }

    public IOptions<ClusterOptions> Options { get; }

    public NodeRegistry Nodes { get; }

    /// <param name="redis">Where it is.</param>
    /// <param name="leaseMs">How long leases last: long where a test needs them to hold, short where it waits for their end.</param>
    public static async Task<Registry> NewAsync(SharedRedis redis, int leaseMs) =>
        new(await redis.ConnectAsync(), new ClusterKeys(Guid.NewGuid().ToString("N")), TimeSpan.FromMilliseconds(leaseMs));

    /// <summary>The same registry over another connection.</summary>
    public async Task<Registry> OverNewConnectionAsync(SharedRedis redis) => new(await redis.ConnectAsync(), Keys, Options.Value.LeaseDuration);

    public static NodeRecord Node(string id, int generation = 0, int startedAt = 0) => new()
    {
        NodeId = id,
        Generation = generation,
        Address = $"http://{id}:8080",
        State = NodeState.Ready,
        StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(startedAt),
    };

    /// <summary>Reads until the registry is as it should be.</summary>
    public async Task<ClusterSnapshot> WaitAsync(Func<ClusterSnapshot, bool> condition)
    {
        var end = DateTime.UtcNow + Deadline;
        while (true)
        {
            var snapshot = await Nodes.ReadAsync();
            if (condition(snapshot))
            {
                return snapshot;
            }

            Assert.True(DateTime.UtcNow < end, $"The registry never came to be as expected; at last it is {snapshot}.");
            await Task.Delay(10);
        }
    }
}
