using System.Globalization;
using System.Text;
using WsCluster.AppHost.Configuration;
using WsCluster.AppHost.Redis;
using WsCluster.AppHost.Topology;

namespace WsCluster.AppHost.Processes;

/// <summary>What is printed when the cluster is ready.</summary>
internal static class ClusterSummary
{
    public static string Describe(ClusterTopology topology, IReadOnlyList<ProcessPlan> plans, EmbeddedRedis? redis, TimeSpan elapsed)
    {
        List<(string Name, string Value)> rows = topology.DemoPage is { } page ? [("demo page", page.ToString()), ("", "")] : [];
        rows.AddRange(plans.Select(plan => (plan.Name, plan.Address.GetLeftPart(UriPartial.Authority))));
        rows.Add(("redis", redis is null
            ? RedisOption.Describe(topology.Options.RedisConnectionString!)
            : $"{redis.ConnectionString} (embedded; what it holds is gone at the end)"));
        rows.Add(("", ""));
        rows.Add(("connection string", topology.ClientConnectionString));
        rows.Add(("dashboard", DescribeDashboard(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"))));

        var width = rows.Max(row => row.Name.Length);
        var text = new StringBuilder().AppendLine();
        foreach (var (name, value) in rows)
        {
            text.AppendLine($"  {name.PadRight(width)}  {value}".TrimEnd());
        }

        text.AppendLine();
        return text.Append(CultureInfo.InvariantCulture, $"Ready in {elapsed.TotalSeconds:F1} s. Ctrl-C stops everything.").ToString();
    }

    private static string DescribeDashboard(string? endpoint) => string.IsNullOrWhiteSpace(endpoint)
        ? "none; set OTEL_EXPORTER_OTLP_ENDPOINT to one that runs (a standalone Aspire dashboard takes http://localhost:4317)"
        : $"traces, metrics and logs go to {endpoint}";
}
