using System.Diagnostics.CodeAnalysis;

namespace WsCluster.Server.Security;

/// <summary>
/// The pattern of a role such as <c>webpubsub.sendToGroups.room.*</c>: <c>?</c> is one character but '.', <c>*</c> any run without '.',
/// <c>**</c> any run; <c>\</c> escapes <c>\</c>, <c>*</c> and <c>?</c>.
/// </summary>
internal sealed class GroupPattern
{
    /// <summary>Most stars in a pattern, <c>**</c> counted as two; also what bounds the work of matching.</summary>
    private const int MaxStars = 5;

    private readonly Token[] _tokens;

    private GroupPattern(Token[] tokens) => _tokens = tokens;

    private enum Kind
    {
        Literal,
        One,
        Run,
        AnyRun,
    }

    /// <summary>Parses a pattern; false when it is empty, ends in an escape, escapes something else, or has too many stars.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GroupPattern? pattern)
    {
        pattern = null;
        List<Token> tokens = [];
        var stars = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when i + 1 < text.Length && text[i + 1] is '\\' or '*' or '?':
                    tokens.Add(new Token(Kind.Literal, text[++i]));
                    break;
                case '\\':
                    return false;
                case '?':
                    tokens.Add(new Token(Kind.One, default));
                    break;
                case '*' when i + 1 < text.Length && text[i + 1] == '*':
                    tokens.Add(new Token(Kind.AnyRun, default));
                    stars += 2;
                    i++;
                    break;
                case '*':
                    tokens.Add(new Token(Kind.Run, default));
                    stars++;
                    break;
                default:
                    tokens.Add(new Token(Kind.Literal, text[i]));
                    break;
            }
        }

        if (tokens.Count == 0 || stars > MaxStars)
        {
            return false;
        }

        pattern = new GroupPattern([.. tokens]);
        return true;
    }

    public bool IsMatch(string group)
    {
        // reachable[j]: the tokens so far match the first j characters. Linear in pattern times group, whatever the stars.
        var reachable = new bool[group.Length + 1];
        reachable[0] = true;
        foreach (var token in _tokens)
        {
            var next = new bool[group.Length + 1];
            for (var j = 0; j <= group.Length; j++)
            {
                next[j] = token.Kind switch
                {
                    Kind.Literal => j > 0 && reachable[j - 1] && group[j - 1] == token.Character,
                    Kind.One => j > 0 && reachable[j - 1] && group[j - 1] != '.',
                    Kind.Run => reachable[j] || (j > 0 && next[j - 1] && group[j - 1] != '.'),
                    _ => reachable[j] || (j > 0 && next[j - 1]),
                };
            }

            reachable = next;
        }

        return reachable[group.Length];
    }

    private readonly record struct Token(Kind Kind, char Character);
}
