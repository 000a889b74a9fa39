using System.Text.Json;

namespace WsCluster.LoadTest.Reports;

/// <summary>The report as JSON: every run, with every figure by its id.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string ToJson(this Report report) => JsonSerializer.Serialize(SavedReport.Of(report), Options);

    /// <summary>Reads what <see cref="ToJson"/> has written.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static Report Parse(string json) => JsonSerializer.Deserialize<SavedReport>(json, Options)?.ToReport() ?? throw new JsonException("It is null.");
}
