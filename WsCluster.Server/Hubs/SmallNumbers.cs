using System.Globalization;

namespace WsCluster.Server.Hubs;

/// <summary>Decimal strings of small numbers, made once: key indexes of scripts are written for every message.</summary>
internal static class SmallNumbers
{
    private static readonly string[] Cached = [.. Enumerable.Range(0, 256).Select(Format)];

    public static string ToString(int value) => value < Cached.Length ? Cached[value] : Format(value);

    private static string Format(int value) => value.ToString(CultureInfo.InvariantCulture);
}
