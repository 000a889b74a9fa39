using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using WsCluster.Proxy.Telemetry;
using WsCluster.Server.Telemetry;
using WsCluster.ServiceDefaults.Telemetry;

namespace WsCluster.Tests.Docs;

/// <summary>The table of metrics in <c>docs/operations.md</c> against the instruments.</summary>
public sealed class MetricsTests
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["Counter`1"] = "counter",
        ["ObservableCounter`1"] = "counter",
        ["UpDownCounter`1"] = "up/down counter",
        ["ObservableUpDownCounter`1"] = "up/down counter",
        ["Histogram`1"] = "histogram",
        ["ObservableGauge`1"] = "gauge",
    };

    [Fact]
    public void Every_metric_is_documented_with_kind_and_unit()
    {
        var table = Assert.Single(MarkdownPage.Read("docs/operations.md").Tables, table => table.Columns.Contains("kind, unit"));

        Assert.Equal(
            Instruments().Select(instrument => $"{instrument.Name}: {Kinds[instrument.GetType().Name]}, {Unit(instrument)}").Order(StringComparer.Ordinal),
            table.Rows.Select(row => $"{MarkdownTable.Code(row["name"])}: {row["kind, unit"]}").Order(StringComparer.Ordinal));
    }

    private static List<Instrument> Instruments()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        List<Instrument> published = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == WsClusterTelemetry.Name && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                published.Add(instrument);
            }
        };
        listener.Start();
        _ = new NodeMetrics(factory);
        _ = new ProxyMetrics(factory);
        return published;
    }

    /// <summary>The plural of what stands in braces: <c>{message}</c> is <c>messages</c>.</summary>
    private static string Unit(Instrument instrument) => instrument.Unit!.Trim('{', '}') + "s";
}
