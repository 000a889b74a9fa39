using System.Globalization;
using System.Text.RegularExpressions;

namespace WsCluster.Tests.Docs;

/// <summary>The tables of <c>docs/configuration.md</c> against the classes of options.</summary>
public sealed partial class ConfigurationTests
{
    /// <summary>Options that are read without a class.</summary>
    private static readonly string[] Loose = ["ConnectionStrings:redis", "WsCluster:ExitWithParent", "ASPNETCORE_URLS", "OTEL_EXPORTER_OTLP_ENDPOINT"];

    private static readonly IReadOnlyList<IReadOnlyDictionary<string, string>> Rows =
        [.. MarkdownPage.Read("docs/configuration.md").Tables.SelectMany(table => table.Rows)];

    [Fact]
    public void Every_option_is_documented_and_every_documented_option_exists() =>
        Assert.Equal(
            OptionClass.All.SelectMany(type => type.Options).Select(option => option.Name).Concat(Loose).Order(StringComparer.Ordinal),
            Rows.Select(Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Defaults_are_those_of_the_classes()
    {
        var documented = Rows.ToDictionary(Name, row => MarkdownTable.Code(row["default"]));
        Assert.All(OptionClass.All.SelectMany(type => type.Options), option => Assert.Equal((option.Name, option.Default), (option.Name, documented[option.Name])));
    }

    [Fact]
    public void Every_row_has_an_environment_variable_a_unit_and_a_meaning() =>
        Assert.All(Rows, row =>
        {
            Assert.Equal(Name(row).Replace(":", "__", StringComparison.Ordinal), MarkdownTable.Code(row["environment variable"]));
            Assert.NotEmpty(row["unit"]);
            Assert.NotEmpty(row["default"]);
            Assert.NotEmpty(row["meaning"]);
        });

    [Fact]
    public void Ranges_are_those_that_the_programs_accept()
    {
        var types = OptionClass.All.SelectMany(type => type.Options.Select(option => (option.Name, Type: type))).ToDictionary(option => option.Name, option => option.Type);
        var ranges = Rows.Select(row => (Name: Name(row), Range: Range().Match(row["range"]))).Where(row => row.Range.Success).ToArray();
        Assert.NotEmpty(ranges);
        Assert.All(ranges, row =>
        {
            var (least, most) = (row.Range.Groups[1].Value, row.Range.Groups[2].Value);
            Assert.Empty(types[row.Name].Complaints(row.Name, least));
            Assert.Empty(types[row.Name].Complaints(row.Name, most));
            Assert.NotEmpty(types[row.Name].Complaints(row.Name, Neighbour(least, -1)));
            Assert.NotEmpty(types[row.Name].Complaints(row.Name, Neighbour(most, 1)));
        });
    }

    private static string Name(IReadOnlyDictionary<string, string> row) => MarkdownTable.Code(row["option"]) ?? throw new InvalidOperationException($"{row["option"]} is no code.");

    /// <summary>The value just outside: one more or less, of a time a millisecond.</summary>
    private static string Neighbour(string value, int step) => value.Contains(':', StringComparison.Ordinal)
        ? (TimeSpan.Parse(value, CultureInfo.InvariantCulture) + TimeSpan.FromMilliseconds(step)).ToString()
        : (long.Parse(value, CultureInfo.InvariantCulture) + step).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^`([0-9:.]+)` to `([0-9:.]+)`")]
    private static partial Regex Range();
}
