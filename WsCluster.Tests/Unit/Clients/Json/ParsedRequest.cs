using System.Text;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Clients.Json;

/// <summary>What the parser made of a message, in a form that lambdas and assertions can hold.</summary>
internal sealed record ParsedRequest
{
    public required bool Success { get; init; }

    public string? Error { get; init; }

    public JsonRequestType Type { get; init; }

    public ulong? AckId { get; init; }

    public string? Group { get; init; }

    public string? Event { get; init; }

    public string? UserId { get; init; }

    public string? ConnectionId { get; init; }

    public string? InvocationId { get; init; }

    public string? StreamId { get; init; }

    public ulong SequenceId { get; init; }

    public string? IdempotencyKey { get; init; }

    public bool NoEcho { get; init; }

    public string[] Excluded { get; init; } = [];

    public DataType DataType { get; init; }

    public byte[] Data { get; init; } = [];

    public string DataText => Encoding.UTF8.GetString(Data);

    public static ParsedRequest Parse(string json, bool isText = true) => Parse(Encoding.UTF8.GetBytes(json), isText);

    public static ParsedRequest Parse(byte[] json, bool isText = true)
    {
        var before = json.ToArray();
        var success = JsonRequestParser.TryParse(json, isText, new byte[json.Length], out var request, out var error);
        Assert.Equal(before, json); // The parser may decode into its scratch buffer, never into the message.
        return new ParsedRequest
        {
            Success = success,
            Error = error,
            Type = request.Type,
            AckId = request.AckId,
            Group = request.Group,
            Event = request.Event,
            UserId = request.UserId,
            ConnectionId = request.ConnectionId,
            InvocationId = request.InvocationId,
            StreamId = request.StreamId,
            SequenceId = request.SequenceId,
            IdempotencyKey = request.IdempotencyKey,
            NoEcho = request.NoEcho,
            Excluded = request.Excluded ?? [],
            DataType = request.DataType,
            Data = request.Data.ToArray(),
        };
    }

    /// <summary>Parses what must be a request.</summary>
    public static ParsedRequest Valid(string json)
    {
        var parsed = Parse(json);
        Assert.True(parsed.Success, $"{parsed.Error} {json}");
        Assert.Null(parsed.Error);
        return parsed;
    }

    /// <summary>Parses what must be refused, and returns the reason.</summary>
    public static string Refused(string json, bool isText = true) => Refused(Encoding.UTF8.GetBytes(json), isText);

    public static string Refused(byte[] json, bool isText = true)
    {
        var parsed = Parse(json, isText);
        Assert.False(parsed.Success, Encoding.UTF8.GetString(json));
        Assert.False(string.IsNullOrWhiteSpace(parsed.Error));
        return parsed.Error;
    }
}
