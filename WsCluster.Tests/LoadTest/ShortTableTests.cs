using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Reports;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.Tests.LoadTest;

/// <summary>The short table of saved comparisons, and the file that it goes into.</summary>
public sealed class ShortTableTests : IDisposable
{
    private const string Section = "# Page\n\n<!-- compare:begin -->\nold\n<!-- compare:end -->\n\nMore.\n";

    private static readonly Report Fanout = new(
        new ReportOrigin("compare --scenarios fanout,storm --runs 3", new DateOnly(2026, 11, 24)),
        [
            .. new[] { 90.0, 300, 200 }.Select(rate => Run("fanout", "wscluster", (Metric.Deliveries, rate), (Metric.LatencyP99, 12), (Metric.LatencyP50, 5))),
            .. new[] { 100.0, 100, 100 }.Select(rate => Run("fanout", "nats", (Metric.Deliveries, rate), (Metric.LatencyP99, 24))),
            Run("storm", "nats", (Metric.Connects, 7)),
        ],
        Absent: []);

    private static readonly Report Storm = new(
        new ReportOrigin("compare --scenarios storm --runs 1", new DateOnly(2026, 12, 1)),
        [
            Run("storm", "wscluster", (Metric.Connects, 1_500), (Metric.CpuPerConnect, 700)),
            Run("storm", "sockets", (Metric.Connects, 3_000)) with { Outcome = new ScenarioOutcome([new(Metric.Connects, 3_000)], new Integrity(2, 1, 0, 0, 0)) },
        ],
        Absent: []);

    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Has_a_row_for_each_figure_and_the_last_report_with_a_scenario_counts() => Assert.Equal(
        """
        | | wscluster | nats | sockets |
        |---|--:|--:|--:|
        | fanout: deliveries, 1/s | 200 | 100 (2.00x) |  |
        | fanout: p99, ms | 12.0 | 24.0 (0.500x) |  |
        | storm: connects, 1/s | 1,500 |  | 3,000 (0.500x) |
        | storm: server CPU per connect, µs | 700 |  |  |

        Medians; in brackets wscluster to that peer.

        - fanout: `compare --scenarios fanout,storm --runs 3`, 24 November 2026, median of 3 runs; 0 lost, 0 repeated, 0 reordered in all runs
        - storm: `compare --scenarios storm --runs 1`, 1 December 2026, one run; 2 lost, 1 repeated, 0 reordered in all runs

        """,
        new[] { Fanout, Storm }.ToShortTable());

    [Fact]
    public void A_saved_report_says_the_same() =>
        Assert.Equal(new[] { Fanout, Storm }.ToShortTable(), new[] { Fanout, Storm }.Select(report => JsonReport.Parse(report.ToJson())).ToArray().ToShortTable());

    [Fact]
    public void Replaces_what_stands_between_the_two_lines_and_nothing_else()
    {
        File.WriteAllText(_file, Section);
        Assert.Null(MarkedSection.Problem(_file));
        for (var i = 0; i < 2; i++)
        {
            MarkedSection.Replace(_file, "new\n");
            Assert.Equal(Section.Replace("old", "\nnew\n", StringComparison.Ordinal), File.ReadAllText(_file));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!-- compare:begin -->\n")]
    [InlineData("<!-- compare:end -->\n<!-- compare:begin -->\n")]
    [InlineData(Section + Section)]
    public void A_file_without_exactly_one_section_is_no_place_for_it(string content)
    {
        File.WriteAllText(_file, content);
        Assert.Contains("'<!-- compare:begin -->' and after it a line '<!-- compare:end -->'", MarkedSection.Problem(_file), StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);

    private static ScenarioResult Run(string scenario, string peer, params (Metric Metric, double Value)[] figures) => new(
        scenario,
        peer,
        Description: peer,
        new Dictionary<string, int>(),
        new ScenarioOutcome([.. figures.Select(figure => new Figure(figure.Metric, figure.Value))], Integrity.Clean));
}
