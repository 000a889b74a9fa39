namespace WsCluster.LoadTest.Measuring;

/// <summary>CPU seconds used in a time.</summary>
/// <param name="Seconds">The time.</param>
/// <param name="Servers">All processes of the peer, its Redis and its proxy included.</param>
/// <param name="Redis">Its Redis.</param>
/// <param name="Proxy">Its proxy.</param>
/// <param name="Generator">This process.</param>
/// <param name="Machine">Everything on this machine.</param>
internal sealed record CpuUse(double Seconds, double Servers, double Redis, double Proxy, double Generator, double Machine)
{
    /// <summary>Cores that something else used: on a busy machine a measurement says little.</summary>
    public double OtherCores => Math.Max(0, Machine - Servers - Generator) / Seconds;
}
