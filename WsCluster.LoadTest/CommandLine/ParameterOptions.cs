using System.CommandLine;
using System.Globalization;
using WsCluster.LoadTest.Scenarios;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>An option for each parameter of one scenario, or of all.</summary>
internal sealed class ParameterOptions
{
    private readonly List<(Parameter Parameter, Option<int?> Option)> _options = [];

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="scenarios">Whose parameters.</param>
    public ParameterOptions(Command command, IReadOnlyList<IScenario> scenarios)
    {
        foreach (var parameter in Parameter.All)
        {
            var defaults = scenarios.Where(scenario => scenario.Defaults.ContainsKey(parameter)).ToArray();
            if (defaults.Length == 0)
            {
                continue;
            }

            var shown = string.Join(", ", defaults.Select(scenario =>
                (scenarios.Count > 1 ? scenario.Name + " " : "") + scenario.Defaults[parameter].ToString("N0", CultureInfo.InvariantCulture)));
            var option = NumberOption.Create<int?>("--" + parameter.Name, $"{parameter.Meaning} [{shown}]", parameter.Min, parameter.Max);
            command.Options.Add(option);
            _options.Add((parameter, option));
        }
    }

    /// <summary>The parameters that were given.</summary>
    public IReadOnlyDictionary<Parameter, int> Read(ParseResult result) => _options
        .Select(entry => (entry.Parameter, Value: result.GetValue(entry.Option)))
        .Where(entry => entry.Value is not null)
        .ToDictionary(entry => entry.Parameter, entry => entry.Value!.Value);
}
