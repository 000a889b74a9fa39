using System.Globalization;
using Microsoft.Extensions.Configuration;
using WsCluster.ServiceDefaults;

namespace WsCluster.AppHost.Configuration;

/// <summary>Reads options of one section; every complaint names the option, its value and what it takes.</summary>
internal sealed class OptionReader(IConfiguration configuration, string section)
{
    public int Int(string name, int defaultValue, int min, int max)
    {
        var text = configuration[$"{section}:{name}"];
        if (string.IsNullOrWhiteSpace(text))
        {
            return defaultValue;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new InvalidConfigurationException($"{section}:{name} is '{text}'; it takes a whole number from {min} to {max}.");
    }

    public bool Bool(string name, bool defaultValue)
    {
        var text = configuration[$"{section}:{name}"];
        if (string.IsNullOrWhiteSpace(text))
        {
            return defaultValue;
        }

        return bool.TryParse(text, out var value)
            ? value
            : throw new InvalidConfigurationException($"{section}:{name} is '{text}'; it takes true or false.");
    }

    /// <summary>An option that nobody reads is a typing error, which would otherwise be noticed late.</summary>
    public void RejectUnknown(string[] known)
    {
        foreach (var child in configuration.GetSection(section).GetChildren())
        {
            if (!known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new InvalidConfigurationException(
                    $"{section}:{child.Key} is no option; {section} takes {string.Join(", ", known)}.");
            }
        }
    }
}
