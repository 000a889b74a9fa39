using System.Text.Json.Serialization;
using WsCluster.LoadTest.Measuring;

namespace WsCluster.LoadTest.Chaos.Rounds;

/// <summary>What a round came to.</summary>
internal sealed record RoundResult
{
    /// <summary>The fault's name.</summary>
    public required string Fault { get; init; }

    /// <summary>How long the fault lasted, seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Messages that were acknowledged.</summary>
    public required int Acked { get; init; }

    /// <summary>Attempts that were answered with an error, and made again.</summary>
    public required int Refused { get; init; }

    /// <summary>Messages that were given up, since their sender's session had ended or nobody was there.</summary>
    public required int GivenUp { get; init; }

    /// <summary>Messages that applications were handed.</summary>
    public required int Deliveries { get; init; }

    /// <summary>Connections that broke and came back with the same id.</summary>
    public required int Recoveries { get; init; }

    /// <summary>Sessions that ended.</summary>
    public required int SessionsEnded { get; init; }

    /// <summary>For how long clients whose connection broke received nothing: seconds that half of them did not exceed.</summary>
    public required double SilenceP50 { get; init; }

    /// <summary>The same, 99 of 100.</summary>
    public required double SilenceP99 { get; init; }

    /// <summary>The same, all of them.</summary>
    public required double SilenceMax { get; init; }

    /// <summary>Longest silence of any client, broken or not, seconds.</summary>
    public required double AnySilenceMax { get; init; }

    /// <summary>Seconds from the fault's end until every client had seen something sent after it.</summary>
    public required double? FreshAfter { get; init; }

    /// <summary>What was wrong with deliveries, and sessions that ended though none may.</summary>
    public required Integrity Integrity { get; init; }

    /// <summary>What else was wrong; null if nothing.</summary>
    public required string? Trouble { get; init; }

    /// <summary>The life of the first message that was delivered wrongly; null if none was.</summary>
    public required string? FirstOffence { get; init; }

    /// <summary>Whether nothing was wrong.</summary>
    [JsonIgnore]
    public bool IsClean => Integrity.IsClean && Trouble is null;
}
