using System.CommandLine;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Options that take names from a list, separated by commas.</summary>
internal static class NameList
{
    /// <summary>An option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="known">The names that it takes.</param>
    /// <param name="usual">Those that are meant without it; all if null.</param>
    public static Option<string> Option(string name, IEnumerable<string> known, IEnumerable<string>? usual = null)
    {
        var names = known.ToArray();
        var unusual = usual is null ? [] : names.Except(usual).ToArray();
        var option = new Option<string>(name)
        {
            Description = $"some of {string.Join(",", names)} [{(unusual.Length == 0 ? "all" : $"all but {string.Join(",", unusual)}")}]",
            DefaultValueFactory = _ => string.Join(',', names.Except(unusual)),
        };
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
    public static IReadOnlyList<T> Choose<T>(string value, IReadOnlyList<T> all, Func<T, string> name) =>
        [.. all.Where(item => value.Split(',').Contains(name(item)))];
}
