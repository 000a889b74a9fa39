using System.CommandLine;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Options that take names from a list, separated by commas.</summary>
internal static class NameList
{
    /// <summary>An option; without it, all names are meant.</summary>
    public static Option<string?> Option(string name, IEnumerable<string> known)
    {
        var names = known.ToArray();
        var option = new Option<string?>(name) { Description = $"some of {string.Join(",", names)} [all]" };
        option.Validators.Add(result =>
        {
            foreach (var unknown in result.Tokens.SelectMany(token => token.Value.Split(',')).Where(value => !names.Contains(value)))
            {
                result.AddError($"{name} has '{unknown}'; it takes some of {string.Join(",", names)}.");
            }
        });
        return option;
    }

    /// <summary>What is meant, in its usual order.</summary>
    public static IReadOnlyList<T> Choose<T>(string? value, IReadOnlyList<T> all, Func<T, string> name) =>
        value is null ? all : [.. all.Where(item => value.Split(',').Contains(name(item)))];
}
