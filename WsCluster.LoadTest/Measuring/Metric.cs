using System.Reflection;

namespace WsCluster.LoadTest.Measuring;

/// <summary>Something that is measured.</summary>
/// <param name="Id">Its name in JSON.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="HigherIsBetter">Which way is better.</param>
internal sealed record Metric(string Id, string Title, string Unit, bool HigherIsBetter)
{
    public static readonly Metric Deliveries = new("deliveries", "deliveries", "1/s", true);
    public static readonly Metric RoundTrips = new("round_trips", "round trips", "1/s", true);
    public static readonly Metric Connects = new("connects", "connects", "1/s", true);
    public static readonly Metric Requests = new("requests", "requests", "1/s", true);
    public static readonly Metric RequestsPerCore = new("requests_per_core", "requests per busy core", "1/s", true);

    public static readonly Metric CpuPerDelivery = new("cpu_per_delivery", "server CPU per delivery", "µs", false);
    public static readonly Metric CpuPerRoundTrip = new("cpu_per_round_trip", "server CPU per round trip", "µs", false);
    public static readonly Metric CpuPerConnect = new("cpu_per_connect", "server CPU per connect", "µs", false);
    public static readonly Metric ServerCores = new("server_cores", "server CPU", "cores", false);
    public static readonly Metric RedisCores = new("redis_cores", "of which Redis", "cores", false);
    public static readonly Metric ProxyCores = new("proxy_cores", "of which proxy", "cores", false);

    public static readonly Metric BytesPerDelivery = new("bytes_per_delivery", "bytes on the wire per delivery", "B", false);

    public static readonly Metric LatencyP50 = new("latency_p50", "p50", "ms", false);
    public static readonly Metric LatencyP99 = new("latency_p99", "p99", "ms", false);
    public static readonly Metric LatencyP999 = new("latency_p999", "p99.9", "ms", false);
    public static readonly Metric LatencyMax = new("latency_max", "max", "ms", false);

    public static readonly Metric JoinP50 = new("join_p50", "connect and join, p50", "ms", false);
    public static readonly Metric JoinP99 = new("join_p99", "connect and join, p99", "ms", false);

    public static readonly Metric MemoryPerConnection = new("memory_per_connection", "memory per connection", "KiB", false);
    public static readonly Metric RedisMemoryPerConnection = new("redis_memory_per_connection", "Redis's memory per connection", "KiB", false);
    public static readonly Metric ProxyMemoryPerConnection = new("proxy_memory_per_connection", "proxy's memory per connection", "KiB", false);
    public static readonly Metric ServerMemory = new("server_memory", "memory of the nodes", "MiB", false);
    public static readonly Metric RedisMemory = new("redis_memory", "memory of Redis", "MiB", false);
    public static readonly Metric ProxyMemory = new("proxy_memory", "memory of the proxy", "MiB", false);

    public static readonly Metric GeneratorCores = new("generator_cores", "generator CPU", "cores", false);
    public static readonly Metric OtherCores = new("other_cores", "other processes' CPU", "cores", false);

    /// <summary>All of the above, by id.</summary>
    private static readonly Dictionary<string, Metric> ById = typeof(Metric).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<Metric>().ToDictionary(metric => metric.Id);

    /// <summary>A metric by its id.</summary>
    public static Metric? Find(string id) => ById.GetValueOrDefault(id);
}
