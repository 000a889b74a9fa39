using System.Text;
using WsCluster.Server.Clients.Json;
using static WsCluster.Tests.Unit.Clients.Json.ParsedRequest;

namespace WsCluster.Tests.Unit.Clients.Json;

/// <summary>ackIds, strings, members that are unknown or come twice, and messages that are no JSON (protocol, section 2).</summary>
public sealed class JsonRequestMemberTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("1", 1UL)]
    [InlineData("9007199254740993", 9007199254740993UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void An_ackId_is_any_unsigned_64_bit_integer(string text, ulong expected) =>
        Assert.Equal(expected, Valid($$"""{"type":"joinGroup","group":"g","ackId":{{text}}}""").AckId);

    [Theory]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("1.0")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("{}")]
    public void Anything_else_is_no_ackId(string text)
    {
        Assert.StartsWith("'ackId'", Refused($$"""{"type":"joinGroup","group":"g","ackId":{{text}}}"""));
        Assert.StartsWith("'ackId'", Refused($$"""{"ackId":{{text}},"type":"joinGroup","group":"g"}"""));
    }

    [Theory]
    [InlineData("""{"type":"joinGroup","group":"g"}""")]
    [InlineData("""{"type":"joinGroup","group":"g","ackId":null}""")]
    public void Without_ackId_there_is_none(string json) => Assert.Null(Valid(json).AckId);

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("1", 1UL)]
    [InlineData("9007199254740993", 9007199254740993UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("\"18446744073709551615\"", ulong.MaxValue)]
    [InlineData("\"7\"", 7UL)]
    public void A_sequenceId_is_a_number_or_a_quoted_one(string text, ulong expected) =>
        Assert.Equal(expected, Valid($$"""{"type":"sequenceAck","sequenceId":{{text}}}""").SequenceId);

    [Fact]
    public void An_idempotencyKey_is_one_to_128_characters()
    {
        Assert.Equal("k", Valid("""{"type":"sendToGroup","group":"g","data":1,"idempotencyKey":"k"}""").IdempotencyKey);
        Assert.Equal("äß\n", Valid("""{"idempotencyKey":"\u00e4ß\n","type":"broadcast","data":1}""").IdempotencyKey);
        var longest = new string('x', 128);
        Assert.Equal(longest, Valid($$"""{"type":"sendToUser","userId":"u","data":1,"idempotencyKey":"{{longest}}"}""").IdempotencyKey);
        Assert.Null(Valid("""{"type":"sendToConnection","connectionId":"c","data":1,"idempotencyKey":null}""").IdempotencyKey);
        Assert.Null(Valid("""{"type":"broadcast","data":1}""").IdempotencyKey);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("[\"k\"]")]
    [InlineData("{}")]
    public void Anything_else_is_no_idempotencyKey(string text) =>
        Assert.StartsWith("'idempotencyKey'", Refused($$"""{"type":"broadcast","data":1,"idempotencyKey":{{text}}}"""));

    [Fact]
    public void An_idempotencyKey_of_129_characters_is_too_long() =>
        Assert.StartsWith("'idempotencyKey'", Refused($$"""{"type":"broadcast","data":1,"idempotencyKey":"{{new string('x', 129)}}"}"""));

    [Theory]
    [InlineData("""a\"b\\c\/d\b\f\n\r\t""", "a\"b\\c/d\b\f\n\r\t")]
    [InlineData("""\u0041\u00e9\u0000""", "A\u00e9\0")]
    [InlineData("""\ud83d\ude00""", "😀")]
    [InlineData("😀\u2028", "😀\u2028")]
    public void Escapes_are_decoded(string written, string expected)
    {
        Assert.Equal(expected, Valid($$"""{"type":"joinGroup","group":"{{written}}"}""").Group);
        Assert.Equal(expected, Valid($$"""{"type":"broadcast","dataType":"text","data":"{{written}}"}""").DataText);
    }

    [Theory]
    [InlineData("""\ud800""")]
    [InlineData("""\udc00""")]
    [InlineData("""\ud800\ud800""")]
    [InlineData("""\udc00\ud800""")]
    [InlineData("""\ud800x""")]
    [InlineData("""\ud800\n""")]
    public void Half_a_surrogate_pair_is_no_text(string escape)
    {
        Refused($$"""{"type":"joinGroup","group":"{{escape}}"}""");
        Refused($$"""{"type":"{{escape}}"}""");
        Refused($$"""{"type":"sendToUser","userId":"{{escape}}","data":1}""");
        Refused($$"""{"type":"broadcast","dataType":"text","data":"{{escape}}"}""");
        Refused($$"""{"type":"broadcast","dataType":"binary","data":"{{escape}}"}""");
        Refused($$"""{"type":"broadcast","data":1,"excluded":["{{escape}}"]}""");
    }

    [Theory]
    [InlineData("""{"type":"ping","x":1}""")]
    [InlineData("""{"x":{"type":"event","a":[{"group":1}]},"type":"ping"}""")]
    [InlineData("""{"type":"ping","":null,"TYPE":"event","Group":[[[]]]}""")]
    [InlineData("""{"type":"ping","x":"\ud800"}""")]
    [InlineData("""{"type":"ping","\ud800":1}""")]
    public void Unknown_members_are_ignored(string json)
    {
        var parsed = Parse(json);

        // A member name that is no text may be an error, too; it must not be taken for something else.
        Assert.True(parsed is { Success: true, Type: JsonRequestType.Ping } || (!parsed.Success && json.Contains("\"\\ud800\":")), parsed.Error);
    }

    [Fact]
    public void Of_a_member_that_comes_twice_the_last_counts()
    {
        var parsed = Valid(
            """
            {"type":"event","type":"sendToGroup","group":"a","group":"b","ackId":1,"ackId":2,"noEcho":true,"noEcho":false,
             "dataType":"json","data":{"x":1},"dataType":"text","data":"last","excluded":["a"],"excluded":["b","c"]}
            """);

        Assert.Equal(JsonRequestType.SendToGroup, parsed.Type);
        Assert.Equal("b", parsed.Group);
        Assert.Equal(2UL, parsed.AckId);
        Assert.False(parsed.NoEcho);
        Assert.Equal("last", parsed.DataText);
        Assert.Equal(["b", "c"], parsed.Excluded);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"ping\"")]
    [InlineData("[]")]
    [InlineData("""[{"type":"ping"}]""")]
    [InlineData("{")]
    [InlineData("""{"type":"ping" """)]
    [InlineData("""{"type":"ping",}""")]
    [InlineData("""{type:"ping"}""")]
    [InlineData("""{'type':'ping'}""")]
    [InlineData("""{"type":"ping"}}""")]
    [InlineData("""{"type":"ping"} x""")]
    [InlineData("""{"type":"ping"}{"type":"ping"}""")]
    [InlineData("""{"type":"ping"} null""")]
    [InlineData("""{"type":"ping"}/* */""")]
    [InlineData("""{/* */"type":"ping"}""")]
    [InlineData("""{"type":"ping","x":01}""")]
    [InlineData("""{"type":"ping","x":NaN}""")]
    [InlineData("""{"type":"ping","x":"\x"}""")]
    [InlineData("{\"type\":\"ping\",\"x\":\"a\nb\"}")]
    [InlineData("{\"type\":\"ping\"}\0")]
    [InlineData("\ufeff{\"type\":\"ping\"}")]
    public void What_is_no_JSON_object_is_refused(string message)
    {
        Refused(message);
        Refused(message, isText: false);
    }

    [Fact]
    public void White_space_around_is_no_matter() => Assert.Equal(JsonRequestType.Ping, Valid("\r\n\t {\n\"type\" :\t\"ping\"\r} \n").Type);

    [Fact]
    public void A_binary_frame_may_hold_a_request()
    {
        var parsed = Parse("""{"type":"joinGroup","group":"ä😀"}"""u8.ToArray(), isText: false);

        Assert.True(parsed.Success);
        Assert.Equal("ä😀", parsed.Group);
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc3 })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xe2, 0x82 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]
    public void Bad_UTF8_in_a_binary_frame_is_refused_wherever_it_is(byte[] bad)
    {
        foreach (var json in new[] { """{"type":"joinGroup","group":"?"}""", """{"type":"ping","x":"?"}""", """{"type":"broadcast","data":{"a":"?"}}""" })
        {
            var parts = json.Split('?');
            Refused([.. Encoding.UTF8.GetBytes(parts[0]), .. bad, .. Encoding.UTF8.GetBytes(parts[1])], isText: false);
        }
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(100_000, false)]
    public void Nesting_has_a_limit(int depth, bool valid)
    {
        var nested = new string('[', depth) + new string(']', depth);
        Assert.Equal(valid, Parse($$"""{"type":"broadcast","data":{{nested}}}""").Success);
        Assert.Equal(valid, Parse($$"""{"type":"ping","x":{{nested}}}""").Success);
    }

    [Theory]
    [InlineData(39)]
    [InlineData(40)]
    [InlineData(41)]
    public void A_reason_is_whole_characters(int before)
    {
        var reason = Refused($$"""{"type":"{{new string('x', before)}}😀{{new string('y', 40)}}"}""");

        Assert.Equal(Support.Texts.ThroughUtf8(reason), reason);
    }
}
