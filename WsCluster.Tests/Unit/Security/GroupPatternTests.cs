using CsCheck;
using WsCluster.Server.Security;

namespace WsCluster.Tests.Unit.Security;

/// <summary>Patterns of roles (protocol, section 3).</summary>
public sealed class GroupPatternTests
{
    private static readonly Gen<string> PatternText =
        Gen.Frequency((3, "a"), (3, "b"), (2, "."), (2, "*"), (1, "**"), (2, "?"), (1, @"\*"), (1, @"\?"), (1, @"\\"), (1, @"\")).Array[0, 10].Select(string.Concat);

    private static readonly Gen<string> GroupText =
        Gen.Frequency((4, "a"), (4, "b"), (3, "."), (1, "*"), (1, "?"), (1, @"\"), (1, "\n")).Array[0, 12].Select(string.Concat);

    [Theory]
    [InlineData("room", "room", true)]
    [InlineData("room", "Room", false)]
    [InlineData("room", "room1", false)]
    [InlineData("room?", "room1", true)]
    [InlineData("room?", "room", false)]
    [InlineData("room?", "room12", false)]
    [InlineData("room?", "room.", false)]
    [InlineData("room.*", "room.a", true)]
    [InlineData("room.*", "room.", true)]
    [InlineData("room.*", "room.a.b", false)]
    [InlineData("room.**", "room.a.b", true)]
    [InlineData("*.chat", "room.chat", true)]
    [InlineData("*.chat", "a.b.chat", false)]
    [InlineData("**.chat", "a.b.chat", true)]
    [InlineData("*", "", true)]
    [InlineData("**", "a.b\n.c", true)]
    [InlineData("***", "a.b", true)]
    [InlineData(@"a\*b", "a*b", true)]
    [InlineData(@"a\*b", "axb", false)]
    [InlineData(@"a\?b", "a?b", true)]
    [InlineData(@"a\?b", "axb", false)]
    [InlineData(@"a\\b", @"a\b", true)]
    [InlineData("a[bc]+", "a[bc]+", true)]
    [InlineData("a[bc]+", "abbb", false)]
    public void It_matches_the_whole_group(string pattern, string group, bool expected)
    {
        Assert.True(GroupPattern.TryParse(pattern, out var parsed));
        Assert.Equal(expected, parsed.IsMatch(group));
    }

    [Theory]
    [InlineData("*****", true)]
    [InlineData("a*b*c*d*e*f", true)]
    [InlineData("**a**b*", true)]
    [InlineData(@"**a**b*\*\*", true)]
    [InlineData("******", false)]
    [InlineData("a*b*c*d*e*f*", false)]
    [InlineData("**a**b**", false)]
    [InlineData("", false)]
    [InlineData(@"a\", false)]
    [InlineData(@"a\b", false)]
    [InlineData(@"a\.b", false)]
    public void A_pattern_has_at_most_five_stars_and_only_known_escapes(string pattern, bool valid) =>
        Assert.Equal(valid, GroupPattern.TryParse(pattern, out _));

    [Fact]
    public void It_agrees_with_a_slow_and_simple_matcher()
    {
        Gen.Select(PatternText, GroupText).Sample(
            (text, group) =>
            {
                var reference = Reference.Parse(text);
                Assert.Equal(reference is not null, GroupPattern.TryParse(text, out var pattern));
                if (reference is not null)
                {
                    Assert.Equal(Reference.IsMatch(reference, group), pattern!.IsMatch(group));
                }
            },
            iter: 20_000);
    }

    [Fact]
    public void The_worst_pattern_on_the_longest_group_ends()
    {
        Assert.True(GroupPattern.TryParse("*a*a*a*a*b", out var pattern));
        Assert.False(pattern.IsMatch(new string('a', 1024)));
    }

    /// <summary>The definition, word by word: backtracking over all the runs that a star may stand for.</summary>
    private static class Reference
    {
        public static List<string>? Parse(string text)
        {
            List<string> tokens = [];
            while (text.Length > 0)
            {
                var token = text.StartsWith("**", StringComparison.Ordinal) ? "**" : text.StartsWith('\\') ? text[..Math.Min(2, text.Length)] : text[..1];
                if (token[0] == '\\' && token is not (@"\\" or @"\*" or @"\?"))
                {
                    return null;
                }

                tokens.Add(token);
                text = text[token.Length..];
            }

            return tokens.Count == 0 || tokens.Sum(token => token switch { "*" => 1, "**" => 2, _ => 0 }) > 5 ? null : tokens;
        }

        public static bool IsMatch(IEnumerable<string> tokens, string group)
        {
            var rest = tokens.Skip(1);
            return tokens.FirstOrDefault() switch
            {
                null => group.Length == 0,
                "?" => group.Length > 0 && group[0] != '.' && IsMatch(rest, group[1..]),
                "*" => Enumerable.Range(0, group.Length + 1).TakeWhile(n => !group[..n].Contains('.')).Any(n => IsMatch(rest, group[n..])),
                "**" => Enumerable.Range(0, group.Length + 1).Any(n => IsMatch(rest, group[n..])),
                var literal => group.Length > 0 && group[0] == literal[^1] && IsMatch(rest, group[1..]),
            };
        }
    }
}
