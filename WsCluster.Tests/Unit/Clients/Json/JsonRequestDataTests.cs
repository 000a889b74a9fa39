using WsCluster.Server.Hubs;
using static WsCluster.Tests.Unit.Clients.Json.ParsedRequest;

namespace WsCluster.Tests.Unit.Clients.Json;

/// <summary><c>data</c> by <c>dataType</c> (protocol, section 2.1).</summary>
public sealed class JsonRequestDataTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("1.10")]
    [InlineData("1e400")]
    [InlineData("123456789012345678901234567890.000")]
    [InlineData("9007199254740993")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("\"\"")]
    [InlineData("\"\\u0041\\/\\ud83d\\ude00😀\"")]
    [InlineData("[ 1 , [ ] ,\n{ \"a\" : 1 , \"a\" : 2 } ]")]
    [InlineData("{\"type\":\"ping\",\"data\":null}")]
    [InlineData("{\t}")]
    public void A_JSON_value_stays_byte_for_byte_what_it_was(string value)
    {
        foreach (var json in new[]
        {
            $$"""{"type":"broadcast","data":{{value}}}""",
            $$"""{"data":  {{value}}  ,"type":"broadcast","dataType":"json"}""",
            $$"""{"type":"broadcast","dataType":null,"data":{{value}} , "x":[] }""",
        })
        {
            var parsed = Valid(json);
            Assert.Equal(DataType.Json, parsed.DataType);
            Assert.Equal(value, parsed.DataText);
        }
    }

    [Theory]
    [InlineData("text", "\"äb\\n\"", "äb\n", nameof(DataType.Text))]
    [InlineData("TEXT", "\"\"", "", nameof(DataType.Text))]
    [InlineData("binary", "\"YWJj\"", "abc", nameof(DataType.Binary))]
    [InlineData("binary", "\"YWI=\"", "ab", nameof(DataType.Binary))]
    [InlineData("binary", "\"YQ==\"", "a", nameof(DataType.Binary))]
    [InlineData("binary", "\"\"", "", nameof(DataType.Binary))]
    [InlineData("binary", "\"\\u0059Q=\\u003d\"", "a", nameof(DataType.Binary))]
    [InlineData("binary", "\"Pz8\\/\"", "???", nameof(DataType.Binary))]
    [InlineData("protobuf", "\"YWJj\"", "abc", nameof(DataType.Protobuf))]
    public void Strings_are_decoded(string dataType, string written, string expected, string type)
    {
        var parsed = Valid($$"""{"type":"broadcast","dataType":"{{dataType}}","data":{{written}}}""");

        Assert.Equal(type, parsed.DataType.ToString());
        Assert.Equal(expected, parsed.DataText);
    }

    [Theory]
    [InlineData("\"xml\"")]
    [InlineData("\"\"")]
    [InlineData("\"0\"")]
    [InlineData("\"1\"")]
    [InlineData("\"text,binary\"")]
    [InlineData("\" text\"")]
    [InlineData("1")]
    [InlineData("{}")]
    public void Other_data_types_are_refused(string dataType) =>
        Assert.StartsWith("'dataType'", Refused($$"""{"type":"broadcast","dataType":{{dataType}},"data":"YQ=="}"""));

    [Theory]
    [InlineData("json", "null")]
    [InlineData("text", "null")]
    [InlineData("text", "1")]
    [InlineData("text", "{}")]
    [InlineData("text", "[\"a\"]")]
    [InlineData("text", "true")]
    [InlineData("binary", "1")]
    [InlineData("binary", "[1,2]")]
    [InlineData("binary", "null")]
    [InlineData("binary", "\"YQ\"")]
    [InlineData("binary", "\"YQ=\"")]
    [InlineData("binary", "\"YQ===\"")]
    [InlineData("binary", "\"=\"")]
    [InlineData("binary", "\"Y===\"")]
    [InlineData("binary", "\"YQ==YQ==\"")]
    [InlineData("binary", "\"Pz8_\"")]
    [InlineData("binary", "\"Pj4-\"")]
    [InlineData("binary", "\"YWJ!\"")]
    [InlineData("binary", "\"YWJé\"")]
    [InlineData("protobuf", "\"YQ\"")]
    [InlineData("protobuf", "{}")]
    public void Data_of_another_type_is_refused(string dataType, string data)
    {
        Assert.StartsWith("'data'", Refused($$"""{"type":"broadcast","dataType":"{{dataType}}","data":{{data}}}"""));
        Assert.StartsWith("'data'", Refused($$"""{"type":"sendToGroup","group":"g","data":{{data}},"dataType":"{{dataType}}"}"""));
        Assert.StartsWith("'data'", Refused($$"""{"type":"event","event":"e","dataType":"{{dataType}}","data":{{data}}}"""));
    }

    /// <summary>The standard alphabet (RFC 4648, section 4) has no white space, and section 3.3 has what is outside refused.</summary>
    [Theory]
    [InlineData(" YQ==")]
    [InlineData("YQ==\\n")]
    [InlineData("Y Q = =")]
    [InlineData("\\t")]
    public void Base64_with_white_space_is_refused(string data) =>
        Assert.StartsWith("'data'", Refused($$"""{"type":"broadcast","dataType":"binary","data":"{{data}}"}"""));

    [Theory]
    [InlineData("text")]
    [InlineData("binary")]
    [InlineData("protobuf")]
    [InlineData("json")]
    public void Data_must_be_there(string dataType) =>
        Assert.StartsWith("'data'", Refused($$"""{"type":"broadcast","dataType":"{{dataType}}"}"""));

    [Fact]
    public void A_megabyte_of_escapes_fits()
    {
        var text = string.Concat(Enumerable.Repeat("\\u00e9", 170_000));

        Assert.Equal(new string('é', 170_000), Valid($$"""{"type":"broadcast","dataType":"text","data":"{{text}}"}""").DataText);
    }
}
