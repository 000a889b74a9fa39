using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CsCheck;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients.Json;

public sealed class JsonRequestProperties
{
    private const int Iterations = 3_000;

    /// <summary>Pieces of requests, so that random messages get past the first brace.</summary>
    private static readonly Gen<byte[]> Piece = Gen.OneOf(
        Gen.OneOf(
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\"type\":\"broadcast\"", "\"type\":\"sendToGroup\"", "\"group\":\"g\"", "\"data\":", "\"dataType\":\"text\"",
            "\"dataType\":\"binary\"", "\"ackId\":", "1", "\"\\ud800\"", "\"YQ==\"", "null", "\"excluded\":[", "\"stream\":{", "\"streamId\":", " ", "\ufeff")
            .Select(Encoding.UTF8.GetBytes),
        Gen.Byte.Array[1, 3]);

    private static readonly Gen<(int Kind, int Place, int Length, byte Value)[]> Mutations =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 10_000], Gen.Int[1, 20], Gen.Byte).Array[1, 4];

    [Fact]
    public void A_request_is_read_as_it_was_meant_however_it_is_written()
    {
        RequestModel.Any.Sample(
            model =>
            {
                var parsed = ParsedRequest.Valid(model.Json);
                Assert.Equal(model.Expected.Data, parsed.Data);
                Assert.Equal(model.Expected.Excluded, parsed.Excluded);
                Assert.Equal(model.Expected with { Data = [], Excluded = [] }, parsed with { Data = [], Excluded = [] });
            },
            iter: Iterations,
            print: model => model.Json);
    }

    [Fact]
    public void Arbitrary_bytes_never_throw_and_are_never_taken_for_what_they_are_not()
    {
        Gen.OneOf(Gen.Byte.Array[0, 40], Piece.Array[0, 16].Select(pieces => pieces.SelectMany(piece => piece).ToArray()))
            .Sample(Check, iter: Iterations, print: Encoding.UTF8.GetString);
    }

    [Fact]
    public void Mutated_requests_never_throw_and_are_never_taken_for_what_they_are_not()
    {
        Gen.Select(RequestModel.Any, Mutations).Sample(
            (model, mutations) => Check(Mutate(Encoding.UTF8.GetBytes(model.Json), mutations)),
            iter: Iterations,
            print: sample => Encoding.UTF8.GetString(Mutate(Encoding.UTF8.GetBytes(sample.Item1.Json), sample.Item2)));
    }

    private static byte[] Mutate(byte[] message, (int Kind, int Place, int Length, byte Value)[] mutations)
    {
        List<byte> bytes = [.. message];
        foreach (var (kind, anyPlace, anyLength, value) in mutations)
        {
            var place = anyPlace % (bytes.Count + 1);
            var length = Math.Min(anyLength, bytes.Count - place);
            switch (kind)
            {
                case 0 when length > 0:
                    bytes[place] = value;
                    break;
                case 1:
                    bytes.Insert(place, value);
                    break;
                case 2:
                    bytes.RemoveRange(place, length);
                    break;
                case 3:
                    bytes.InsertRange(place, bytes.GetRange(place, length));
                    break;
                case 4:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Check(byte[] message)
    {
        var isUtf8 = Utf8.IsValid(message);
        var asText = ParsedRequest.Parse(message, isText: true); // In a text frame bad UTF-8 never gets here, but must not throw.
        var asBinary = ParsedRequest.Parse(message, isText: false);
        if (!isUtf8)
        {
            Assert.False(asBinary.Success);
            return;
        }

        Assert.Equal(asText.Success, asBinary.Success);
        Assert.Equal(asText.Success, asText.Error is null);
        if (asText.Success)
        {
            CheckContent(message, asText);
        }
    }

    /// <summary>Compares what the parser found with what System.Text.Json finds.</summary>
    private static void CheckContent(byte[] message, ParsedRequest parsed)
    {
        using var document = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = 1000 });
        var root = document.RootElement;
        Assert.Equal(parsed.Type.ToString(), root.GetProperty("type").GetString(), ignoreCase: true);
        var ackId = root.TryGetProperty("ackId", out var ack) && ack.ValueKind != JsonValueKind.Null ? ack.GetUInt64() : (ulong?)null;
        Assert.Equal(ackId, parsed.AckId);
        if (parsed.Type is JsonRequestType.JoinGroup or JsonRequestType.LeaveGroup or JsonRequestType.SendToGroup)
        {
            Assert.Equal(root.GetProperty("group").GetString(), parsed.Group);
            Assert.True(HubName.IsValidGroup(parsed.Group));
        }

        var sends = parsed.Type is JsonRequestType.Event or JsonRequestType.Broadcast or JsonRequestType.SendToUser or JsonRequestType.SendToConnection
            || (parsed.Type == JsonRequestType.SendToGroup && parsed.StreamId is null);
        if (!sends)
        {
            return;
        }

        var data = root.GetProperty("data");
        switch (parsed.DataType)
        {
            case DataType.Json:
                Assert.Equal(data.GetRawText(), parsed.DataText);
                break;
            case DataType.Text:
                Assert.Equal(data.GetString(), parsed.DataText);
                break;
            default:
                Assert.Equal(Convert.FromBase64String(data.GetString()!), parsed.Data);
                break;
        }
    }

    [Fact]
    public void Text_survives_any_spelling()
    {
        Gen.Select(Texts.WellFormed, Gen.UInt).Sample(
            (text, style) => Assert.Equal(text, ParsedRequest.Valid($"{{\"type\":\"broadcast\",\"dataType\":\"text\",\"data\":{RequestModel.Quote(text, style)}}}").DataText),
            iter: Iterations);
    }
}
