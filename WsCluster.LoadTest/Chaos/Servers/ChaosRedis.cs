using System.Globalization;
using WsCluster.LoadTest.Chaos.Links;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>The cluster's Redis: one process, now and then with a replica that takes its place.</summary>
internal sealed class ChaosRedis : IAsyncDisposable
{
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wscluster-chaos-");
    private readonly RedisProcess[] _processes;
    private FaultLink? _replication;

    public ChaosRedis(RedisKind kind, int firstPort, Action<string, string> log)
    {
        Kind = kind;
        _processes = [.. Enumerable.Range(firstPort, 2).Select(port =>
            new RedisProcess(kind, port, new DirectoryInfo(Path.Combine(_folder.FullName, $"{port}")), log))];
        Master = _processes[0];
    }

    public RedisKind Kind { get; }

    /// <summary>The one that the nodes use.</summary>
    public RedisProcess Master { get; private set; }

    private RedisProcess Other => _processes.Single(process => process != Master);

    public Task StartAsync(CancellationToken stop) => Master.StartAsync(master: null, stop);

    /// <summary>Starts a replica and waits until it has everything.</summary>
    public async Task StartReplicaAsync(CancellationToken stop)
    {
        Other.Wipe();
        _replication = new FaultLink(Master.Port);
        await Other.StartAsync(_replication.Port, stop);
        var end = DateTime.UtcNow + SyncLimit;
        while (!(await RedisConnection.AskAsync(Other.Port, "INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal))
        {
            if (DateTime.UtcNow > end)
            {
                throw new PeerFailedException("The Redis replica did not catch up.");
            }

            await Task.Delay(50, stop);
        }
    }

    /// <summary>From now on the replica hears nothing new.</summary>
    public void PauseReplication() => _replication!.Hold();

    /// <summary>Kills the master and makes the replica the master; whoever uses it has to be told the new port.</summary>
    /// <exception cref="PeerFailedException">The replica lacks nothing, which is not what it was paused for.</exception>
    public async Task PromoteReplicaAsync(CancellationToken stop)
    {
        var lag = await OffsetAsync(Master, "master_repl_offset:") - await OffsetAsync(Other, "slave_repl_offset:");
        if (lag <= 0)
        {
            throw new PeerFailedException("The Redis replica was to lag behind, and does not: nothing was sent meanwhile.");
        }

        await Master.KillAsync(stop);
        await _replication!.DisposeAsync();
        _replication = null;
        Master = Other;
        _ = await RedisConnection.AskAsync(Master.Port, "REPLICAOF NO ONE");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_replication is not null)
        {
            await _replication.DisposeAsync();
        }

        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static async Task<long> OffsetAsync(RedisProcess redis, string field)
    {
        var information = await RedisConnection.AskAsync(redis.Port, "INFO replication");
        var line = information.Split("\r\n").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(field.Length), CultureInfo.InvariantCulture);
    }
}
