using System.Diagnostics;

namespace WsCluster.LoadTest.Measuring;

/// <summary>CPU seconds used until a moment.</summary>
/// <param name="Timestamp">The moment, Stopwatch ticks.</param>
/// <param name="Servers">All processes of the peer, its Redis and its proxy included.</param>
/// <param name="Redis">Its Redis.</param>
/// <param name="Proxy">Its proxy.</param>
/// <param name="Generator">This process.</param>
/// <param name="Machine">Everything on this machine.</param>
internal sealed record CpuReading(long Timestamp, double Servers, double Redis, double Proxy, double Generator, double Machine)
{
    /// <summary>Seconds since the first reading ever, for differences.</summary>
    public double Seconds => (double)Timestamp / Stopwatch.Frequency;

    /// <summary>What was used between an earlier reading and this one.</summary>
    public CpuUse Since(CpuReading earlier) => new(
        Seconds - earlier.Seconds,
        Servers - earlier.Servers,
        Redis - earlier.Redis,
        Proxy - earlier.Proxy,
        Generator - earlier.Generator,
        Machine - earlier.Machine);
}
