using System.Diagnostics;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Measuring;

/// <summary>Reads CPU and memory of a peer's processes from /proc. A peer that somebody else started has none that it could read.</summary>
internal sealed class ProcessMeter
{
    private readonly int[] _nodes;
    private readonly int[] _redis;
    private readonly int[] _proxies;

    public ProcessMeter(IReadOnlyList<ServerProcess> processes)
    {
        _nodes = Ids(processes, ProcessRole.Node);
        _redis = Ids(processes, ProcessRole.Redis);
        _proxies = Ids(processes, ProcessRole.Proxy);
    }

    /// <summary>Whether there are processes to read.</summary>
    public bool HasProcesses => _nodes.Length > 0;

    /// <summary>Whether there is a Redis to read.</summary>
    public bool HasRedis => _redis.Length > 0;

    /// <summary>Whether there is a proxy to read.</summary>
    public bool HasProxy => _proxies.Length > 0;

    /// <summary>Resident memory of all nodes together, bytes.</summary>
    public long NodeBytes => _nodes.Sum(ProcFile.ResidentBytes);

    /// <summary>Resident memory of Redis, bytes.</summary>
    public long RedisBytes => _redis.Sum(ProcFile.ResidentBytes);

    /// <summary>Resident memory of the proxy, bytes.</summary>
    public long ProxyBytes => _proxies.Sum(ProcFile.ResidentBytes);

    /// <summary>CPU until now.</summary>
    public CpuReading ReadCpu()
    {
        var redis = _redis.Sum(ProcFile.CpuSeconds);
        var proxy = _proxies.Sum(ProcFile.CpuSeconds);
        var servers = _nodes.Sum(ProcFile.CpuSeconds) + redis + proxy;
        return new CpuReading(
            Stopwatch.GetTimestamp(), servers, redis, proxy, ProcFile.CpuSeconds(Environment.ProcessId), ProcFile.MachineCpuSeconds());
    }

    private static int[] Ids(IReadOnlyList<ServerProcess> processes, ProcessRole role) =>
        [.. processes.Where(process => process.Role == role).SelectMany(process => ProcFile.Tree(process.Id))];
}
