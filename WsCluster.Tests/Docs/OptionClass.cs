using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using WsCluster.AppHost.Configuration;
using WsCluster.Proxy;
using WsCluster.Server;
using WsCluster.ServiceDefaults;
using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Tests.Docs;

/// <summary>A class of options: any type named <c>…Options</c> that has a constant <c>Section</c>.</summary>
internal sealed class OptionClass
{
    private readonly Type _type;
    private readonly string _section;
    private readonly object _defaults;

    private OptionClass(Type type)
    {
        _type = type;
        _section = (string)SectionOf(type)!.GetRawConstantValue()!;
        _defaults = Activator.CreateInstance(type)!;
    }

    /// <summary>The classes of all programs.</summary>
    public static IEnumerable<OptionClass> All { get; } =
    [
        .. new[] { typeof(ClusterOptions), typeof(NodeOptions), typeof(ProxyOptions), typeof(ClusterAppOptions) }
            .SelectMany(known => known.Assembly.GetTypes()).Distinct()
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && SectionOf(type) is { IsLiteral: true })
            .Select(type => new OptionClass(type)),
    ];

    /// <summary>Full names of the options, and their defaults as one writes them; null for an option that is not set.</summary>
    public IEnumerable<(string Name, string? Default)> Options => _type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly) // Of a base class, once.
        .Where(property => property.CanWrite && property.Name != nameof(ClusterAppOptions.RedisConnectionString)) // ConnectionStrings:redis, parsed.
        .Select(property => ($"{_section}:{property.Name}", Write(property.GetValue(_defaults))));

    /// <summary>What is wrong with an option when it alone is set.</summary>
    public IEnumerable<string> Complaints(string option, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(option, value)]).Build();
        return Check(configuration).Where(complaint => complaint.StartsWith(option + " is ", StringComparison.Ordinal));
    }

    private static FieldInfo? SectionOf(Type type) =>
        type.GetField("Section", BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy);

    private IEnumerable<string> Check(IConfiguration configuration)
    {
        if (_type == typeof(ClusterAppOptions))
        {
            try
            {
                ClusterAppOptions.Read(configuration);
                return [];
            }
            catch (InvalidConfigurationException exception)
            {
                return [exception.Message];
            }
        }

        // Options of a hub are part of a node's. "{hub}" does for a name: only what is said of the option is looked at.
        var (type, section) = _type == typeof(HubOptions) ? (typeof(NodeOptions), NodeOptions.Section) : (_type, _section);
        var contract = typeof(IValidateOptions<>).MakeGenericType(type);
        var validator = Activator.CreateInstance(type.Assembly.GetTypes().Single(contract.IsAssignableFrom))!;
        var options = Activator.CreateInstance(type)!;
        configuration.GetSection(section).Bind(options);
        return ((ValidateOptionsResult)contract.GetMethod("Validate")!.Invoke(validator, [null, options])!).Failures ?? [];
    }

    private static string? Write(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        Enum word => word.ToString().ToLowerInvariant(),
        string text => text,
        ICollection { Count: 0 } => null,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"A default of type {value.GetType()} has no form in the documentation yet."),
    };
}
