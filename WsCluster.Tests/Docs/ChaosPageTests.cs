using WsCluster.LoadTest.Chaos.Faults;
using WsCluster.LoadTest.CommandLine;

namespace WsCluster.Tests.Docs;

/// <summary>docs/chaos.md says what the fault suite can do.</summary>
public sealed class ChaosPageTests
{
    private static readonly MarkdownPage Page = MarkdownPage.Read("docs/chaos.md");

    [Fact]
    public void Every_option_is_documented_with_its_default()
    {
        var rows = Rows("option").ToDictionary(row => MarkdownTable.Code(row["option"])!, row => row["default"]);
        var options = ChaosCommand.Create().Options.ToDictionary(option => option.Name.TrimStart('-'));
        Assert.Equal(options.Keys.Order(), rows.Keys.Order());
        Assert.All(options.Where(option => option.Value.HasDefaultValue && option.Key != "fault"), option =>
            Assert.Equal((option.Key, $"{option.Value.GetDefaultValue()}"), (option.Key, rows[option.Key])));
    }

    [Fact]
    public void Every_fault_is_documented() => Assert.Equal(
        FaultCatalog.All.Select(fault => (fault.Name, fault.Summary, fault.MayEndSessions ? "yes" : "no")),
        Rows("fault").Select(row => (MarkdownTable.Code(row["fault"])!, row["what happens"], row["may end sessions"])));

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string column) =>
        Assert.Single(Page.Tables, table => table.Columns[0] == column).Rows;
}
