using Microsoft.Extensions.Configuration;

namespace WsCluster.ServiceDefaults.Configuration;

/// <summary>Options that are lists of strings.</summary>
public static class ConfigurationLists
{
    private static readonly char[] Separators = [';', ','];

    /// <summary>
    /// Reads a list that is given as one value (<c>a;b</c> or <c>a,b</c>, handy in an environment variable) or as several
    /// (<c>Key:0</c>, <c>Key:1</c>, a JSON array). Blank entries are left out; a missing section is an empty list.
    /// </summary>
    public static string[] GetList(this IConfiguration configuration, string key)
    {
        var section = configuration.GetSection(key);
        return section.Value is { } value
            ? value.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. section.GetChildren().Select(child => child.Value?.Trim()).OfType<string>().Where(item => item.Length > 0)];
    }
}
