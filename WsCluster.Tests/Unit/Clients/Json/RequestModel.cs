using System.Globalization;
using System.Text;
using CsCheck;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients.Json;

/// <summary>A random request: what the parser must find in it, and one of the many ways to write it.</summary>
internal sealed record RequestModel(string Json, ParsedRequest Expected)
{
    private static readonly Gen<string> EventName = Gen.Char.AlphaNumeric.Array[0, 20].Select(rest => $"e{new string(rest)}.x-y_z");

    /// <summary>A JSON value as text, with white space, repeated members and numbers that no double holds.</summary>
    private static readonly Gen<string> JsonValue = Gen.Recursive<string>((depth, value) =>
    {
        var scalar = Gen.OneOf(
            Gen.OneOf("true", "false", "0", "-0.00", "1e400", "18446744073709551616", "123456789012345678901234567890.10E-7", "\"\"", "[]", "{ }"),
            Gen.Long.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Gen.Select(Texts.WellFormed, Gen.UInt, Quote));
        return depth == 3
            ? scalar
            : Gen.OneOf(
                scalar,
                value.Array[0, 4].Select(items => $"[ {string.Join(" ,\t", items)}]"),
                Gen.Select(Texts.WellFormed, Gen.UInt, value).Select((name, style, item) => $"{Quote(name, style)} : {item}").Array[0, 4]
                    .Select(members => $"{{{string.Join(",\r\n", members)}}}"));
    });

    private static readonly Gen<(DataType Type, byte[] Bytes, string Json)> Data = Gen.OneOf(
        JsonValue.Select(value => (DataType.Json, Encoding.UTF8.GetBytes(value), value)),
        Gen.Select(Texts.WellFormed, Gen.UInt).Select((text, style) => (DataType.Text, Encoding.UTF8.GetBytes(text), Quote(text, style))),
        Gen.Select(Gen.Byte.Array[0, 60], Gen.UInt, Gen.Bool).Select((bytes, style, any) =>
            (any ? DataType.Protobuf : DataType.Binary, bytes, Quote(Convert.ToBase64String(bytes), style))));

    public static Gen<RequestModel> Any { get; } =
        from type in Gen.Enum<JsonRequestType>()
        from ackId in Gen.ULong.Nullable()
        from groupName in Texts.Group
        from name in EventName
        from id in Texts.WellFormed.Where(text => text.Length > 0)
        from data in Data
        from noEcho in Gen.Bool
        from excluded in Texts.WellFormed.Array[0, 4]
        from style in Gen.UInt
        from order in Gen.Shuffle(Enumerable.Range(0, 12).ToArray())
        select Write(type, ackId, groupName, name, id, data, noEcho, excluded, style, order);

    /// <summary>Writes a string in JSON, each character in one of the ways that JSON has for it.</summary>
    public static string Quote(string text, uint style)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            style = (style * 1664525) + 1013904223;
            var mayBeRaw = c >= ' ' && c is not ('"' or '\\');
            var isHalf = char.IsSurrogate(c); // Both halves raw or both escaped; raw is enough, escapes have tests of their own.
            json.Append(mayBeRaw && (isHalf || (style >> 16) % 4 != 0) ? c.ToString() : $"\\u{(int)c:x4}");
        }

        return json.Append('"').ToString();
    }

    private static RequestModel Write(
        JsonRequestType type, ulong? ackId, string group, string name, string id, (DataType Type, byte[] Bytes, string Json) data, bool noEcho,
        string[] excluded, uint style, int[] order)
    {
        var hasData = type is JsonRequestType.SendToGroup or JsonRequestType.Event or JsonRequestType.SendToConnection
            or JsonRequestType.SendToUser or JsonRequestType.Broadcast;
        var hasGroup = type is JsonRequestType.SendToGroup or JsonRequestType.JoinGroup or JsonRequestType.LeaveGroup
            or JsonRequestType.SetGroupState or JsonRequestType.SubscribeGroupState or JsonRequestType.UnsubscribeGroupState;
        var expected = new ParsedRequest
        {
            Success = true,
            Type = type,
            AckId = ackId,
            SequenceId = type == JsonRequestType.SequenceAck ? ulong.MaxValue : 0,
            Group = hasGroup ? group : null,
            Event = type == JsonRequestType.Event ? name : null,
            UserId = type == JsonRequestType.SendToUser ? id : null,
            ConnectionId = type == JsonRequestType.SendToConnection ? id : null,
            InvocationId = type is JsonRequestType.Invoke or JsonRequestType.CancelInvocation ? id : null,
            StreamId = type is JsonRequestType.StreamData or JsonRequestType.StreamEnd ? id : null,
            NoEcho = hasData && noEcho,
            Excluded = hasData ? excluded : [],
            DataType = hasData ? data.Type : DataType.Json,
            Data = hasData ? data.Bytes : [],
        };

        var word = type.ToString();
        List<string?> members =
        [
            $"\"type\":{Quote(char.ToLowerInvariant(word[0]) + word[1..], style)}",
            ackId is null ? null : $"\"ackId\" : {ackId}",
            expected.Group is null ? null : $"\"group\":{Quote(group, style)}",
            expected.Event is null ? null : $"\"event\":{Quote(name, style)}",
            expected.UserId is null ? null : $"\"userId\":\t{Quote(id, style)}",
            expected.ConnectionId is null ? null : $"\"connectionId\":{Quote(id, style)}",
            expected.InvocationId is null ? null : $"\"invocationId\":{Quote(id, style)}",
            expected.StreamId is null ? null : $"\"streamId\":{Quote(id, style)}",
            type == JsonRequestType.SequenceAck ? "\"sequenceId\":18446744073709551615" : hasData ? $"\"noEcho\":{(noEcho ? "true" : "false")}" : null,
            hasData ? $"\"data\": {data.Json} " : "\"unknown\":{\"type\":[1]}",
            hasData ? $"\"dataType\":\"{data.Type.ToString().ToLowerInvariant()}\"" : null,
            hasData ? $"\"excluded\":[{string.Join(',', excluded.Select(one => Quote(one, style)))}]" : null,
        ];
        return new RequestModel($"{{{string.Join(", ", order.Select(i => members[i]).OfType<string>())}}}", expected);
    }
}
