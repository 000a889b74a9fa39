using System.CommandLine;
using System.Globalization;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Options that take a number from a range.</summary>
internal static class NumberOption
{
    /// <summary>An option; its complaint names what it takes.</summary>
    public static Option<T> Create<T>(string name, string description, double min, double max)
    {
        var option = new Option<T>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(IsNumber<T>(token.Value, out var number) && number >= min && number <= max))
            {
                result.AddError($"{name} is '{token.Value}'; it takes a {Kind<T>()} from {Text(min)} to {Text(max)}.");
            }
        });
        return option;
    }

    private static bool IsNumber<T>(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
        && (typeof(T) == typeof(double) || number == Math.Floor(number));

    private static string Kind<T>() => typeof(T) == typeof(double) ? "number" : "whole number";

    private static string Text(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
