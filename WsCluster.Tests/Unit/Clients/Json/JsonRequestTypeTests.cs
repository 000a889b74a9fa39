using WsCluster.Server.Clients.Json;
using static WsCluster.Tests.Unit.Clients.Json.ParsedRequest;

namespace WsCluster.Tests.Unit.Clients.Json;

/// <summary>Every request type and what it must have (protocol, sections 2.1, 7 and 8, and WsCluster's own).</summary>
public sealed class JsonRequestTypeTests
{
    [Theory]
    [InlineData("""{"type":"joinGroup","group":"g"}""", nameof(JsonRequestType.JoinGroup))]
    [InlineData("""{"type":"leaveGroup","group":"g","ackId":7}""", nameof(JsonRequestType.LeaveGroup))]
    [InlineData("""{"type":"sendToGroup","group":"g","noEcho":false,"dataType":"text","data":"x"}""", nameof(JsonRequestType.SendToGroup))]
    [InlineData("""{"type":"sendToGroup","group":"g","data":{}}""", nameof(JsonRequestType.SendToGroup))]
    [InlineData("""{"type":"event","event":"e","dataType":"json","data":1}""", nameof(JsonRequestType.Event))]
    [InlineData("""{"type":"ping"}""", nameof(JsonRequestType.Ping))]
    [InlineData("""{"type":"sequenceAck","sequenceId":1}""", nameof(JsonRequestType.SequenceAck))]
    [InlineData("""{"type":"sequenceAck","sequenceId":"1"}""", nameof(JsonRequestType.SequenceAck))]
    [InlineData("""{"type":"invoke","invocationId":"1","target":"event","event":"name"}""", nameof(JsonRequestType.Invoke))]
    [InlineData("""{"type":"cancelInvocation","invocationId":"1"}""", nameof(JsonRequestType.CancelInvocation))]
    [InlineData("""{"type":"streamData","streamId":"s","streamSequenceId":1,"dataType":"text","data":"x"}""", nameof(JsonRequestType.StreamData))]
    [InlineData("""{"type":"streamData","streamId":"s"}""", nameof(JsonRequestType.StreamData))]
    [InlineData("""{"type":"streamEnd","streamId":"s","error":{"message":"m"}}""", nameof(JsonRequestType.StreamEnd))]
    [InlineData("""{"type":"setGroupState","group":"g","state":{"a":"b"}}""", nameof(JsonRequestType.SetGroupState))]
    [InlineData("""{"type":"subscribeGroupState","group":"g"}""", nameof(JsonRequestType.SubscribeGroupState))]
    [InlineData("""{"type":"unsubscribeGroupState","group":"g"}""", nameof(JsonRequestType.UnsubscribeGroupState))]
    [InlineData("""{"type":"sendToConnection","connectionId":"c","data":1}""", nameof(JsonRequestType.SendToConnection))]
    [InlineData("""{"type":"sendToUser","userId":"u","data":1}""", nameof(JsonRequestType.SendToUser))]
    [InlineData("""{"type":"broadcast","data":1}""", nameof(JsonRequestType.Broadcast))]
    [InlineData("""{"type":"SENDTOGROUP","group":"g","data":1}""", nameof(JsonRequestType.SendToGroup))]
    [InlineData("""{"group":"g","type":"joingroup"}""", nameof(JsonRequestType.JoinGroup))]
    [InlineData("""{"\u0074ype":"\u0070ing"}""", nameof(JsonRequestType.Ping))]
    public void Every_type_is_known(string json, string type) => Assert.Equal(type, Valid(json).Type.ToString());

    [Theory]
    [InlineData("""{}""", "'type'")]
    [InlineData("""{"type":null}""", "'type'")]
    [InlineData("""{"type":1}""", "'type'")]
    [InlineData("""{"type":{}}""", "'type'")]
    [InlineData("""{"type":["ping"]}""", "'type'")]
    [InlineData("""{"type":""}""", "'type'")]
    [InlineData("""{"type":"pong"}""", "'type'")]
    [InlineData("""{"type":" ping"}""", "'type'")]
    [InlineData("""{"type":"4"}""", "'type'")]
    [InlineData("""{"type":"-1"}""", "'type'")]
    [InlineData("""{"type":"ping,event"}""", "'type'")]
    [InlineData("""{"Type":"ping"}""", "'type'")]
    [InlineData("""{"type":"joinGroup"}""", "'group'")]
    [InlineData("""{"type":"joinGroup","group":null}""", "'group'")]
    [InlineData("""{"type":"joinGroup","group":1}""", "'group'")]
    [InlineData("""{"type":"joinGroup","group":{"a":{}}}""", "'group'")]
    [InlineData("""{"type":"joinGroup","group":""}""", "'group'")]
    [InlineData("""{"type":"joinGroup","group":" \t\n\u3000"}""", "'group'")]
    [InlineData("""{"type":"leaveGroup"}""", "'group'")]
    [InlineData("""{"type":"setGroupState"}""", "'group'")]
    [InlineData("""{"type":"subscribeGroupState"}""", "'group'")]
    [InlineData("""{"type":"unsubscribeGroupState"}""", "'group'")]
    [InlineData("""{"type":"sendToGroup","data":1}""", "'group'")]
    [InlineData("""{"type":"sendToGroup","group":"g"}""", "'data'")]
    [InlineData("""{"type":"sendToGroup","group":"g","stream":{}}""", "'stream.streamId'")]
    [InlineData("""{"type":"sendToGroup","group":"g","stream":{"streamId":1}}""", "'stream.streamId'")]
    [InlineData("""{"type":"sendToGroup","group":"g","stream":[]}""", "'stream'")]
    [InlineData("""{"type":"sendToGroup","group":"g","noEcho":"true","data":1}""", "'noEcho'")]
    [InlineData("""{"type":"event","data":1}""", "'event'")]
    [InlineData("""{"type":"event","event":5,"data":1}""", "'event'")]
    [InlineData("""{"type":"event","event":"","data":1}""", "'event'")]
    [InlineData("""{"type":"event","event":"1a","data":1}""", "'event'")]
    [InlineData("""{"type":"event","event":"a b","data":1}""", "'event'")]
    [InlineData("""{"type":"event","event":"a\n","data":1}""", "'event'")]
    [InlineData("""{"type":"event","event":"é","data":1}""", "'event'")]
    [InlineData("""{"type":"event","event":"e"}""", "'data'")]
    [InlineData("""{"type":"sequenceAck"}""", "'sequenceId'")]
    [InlineData("""{"type":"sequenceAck","sequenceId":null}""", "'sequenceId'")]
    [InlineData("""{"type":"sequenceAck","sequenceId":-1}""", "'sequenceId'")]
    [InlineData("""{"type":"sequenceAck","sequenceId":1.5}""", "'sequenceId'")]
    [InlineData("""{"type":"sequenceAck","sequenceId":"x"}""", "'sequenceId'")]
    [InlineData("""{"type":"sequenceAck","sequenceId":18446744073709551616}""", "'sequenceId'")]
    [InlineData("""{"type":"sequenceAck","sequenceId":"18446744073709551616"}""", "'sequenceId'")]
    [InlineData("""{"type":"sequenceAck","sequenceId":[1]}""", "'sequenceId'")]
    [InlineData("""{"type":"invoke"}""", "'invocationId'")]
    [InlineData("""{"type":"invoke","invocationId":1}""", "'invocationId'")]
    [InlineData("""{"type":"cancelInvocation"}""", "'invocationId'")]
    [InlineData("""{"type":"streamData"}""", "'streamId'")]
    [InlineData("""{"type":"streamEnd","streamId":""}""", "'streamId'")]
    [InlineData("""{"type":"sendToConnection","data":1}""", "'connectionId'")]
    [InlineData("""{"type":"sendToConnection","connectionId":"","data":1}""", "'connectionId'")]
    [InlineData("""{"type":"sendToConnection","connectionId":"c"}""", "'data'")]
    [InlineData("""{"type":"sendToUser","data":1}""", "'userId'")]
    [InlineData("""{"type":"sendToUser","userId":true,"data":1}""", "'userId'")]
    [InlineData("""{"type":"sendToUser","userId":"u"}""", "'data'")]
    [InlineData("""{"type":"broadcast"}""", "'data'")]
    [InlineData("""{"type":"broadcast","data":1,"excluded":"c"}""", "'excluded'")]
    [InlineData("""{"type":"broadcast","data":1,"excluded":["c",1]}""", "'excluded'")]
    [InlineData("""{"type":"broadcast","data":1,"excluded":["c",["d"]]}""", "'excluded'")]
    [InlineData("""{"type":"broadcast","data":1,"excluded":[null]}""", "'excluded'")]
    [InlineData("""{"type":"broadcast","data":1,"excluded":{"a":"c"}}""", "'excluded'")]
    public void What_is_wrong_is_named(string json, string member) => Assert.StartsWith(member, Refused(json));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_group_has_at_most_1024_characters(int length, bool valid) =>
        Assert.Equal(valid, Parse($$"""{"type":"joinGroup","group":"{{new string('ö', length)}}"}""").Success);

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void An_event_has_at_most_128_characters(int length, bool valid) =>
        Assert.Equal(valid, Parse($$"""{"type":"event","event":"{{new string('e', length)}}","data":1}""").Success);

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void An_id_has_at_most_4096_characters(int length, bool valid)
    {
        var id = new string('i', length);
        Assert.Equal(valid, Parse($$"""{"type":"sendToUser","userId":"{{id}}","data":1}""").Success);
        Assert.Equal(valid, Parse($$"""{"type":"sendToConnection","connectionId":"{{id}}","data":1}""").Success);
        Assert.Equal(valid, Parse($$"""{"type":"invoke","invocationId":"{{id}}"}""").Success);
        Assert.Equal(valid, Parse($$"""{"type":"streamData","streamId":"{{id}}"}""").Success);
        Assert.Equal(valid, Parse($$"""{"type":"broadcast","data":1,"excluded":["{{id}}"]}""").Success);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void At_most_1000_connections_are_excluded(int count, bool valid)
    {
        var ids = Enumerable.Range(0, count).Select(i => $"c{i}").ToArray();

        var parsed = Parse($$"""{"type":"broadcast","data":1,"excluded":["{{string.Join("\",\"", ids)}}"]}""");

        Assert.Equal(valid, parsed.Success);
        if (valid)
        {
            Assert.Equal(ids, parsed.Excluded);
        }
    }

    [Fact]
    public void Excluded_connections_keep_their_names()
    {
        Assert.Equal(["a", "b\"", "😀"], Valid("""{"type":"sendToGroup","group":"g","data":1,"excluded":["a","b\"","\ud83d\ude00"]}""").Excluded);
        Assert.Empty(Valid("""{"type":"sendToGroup","group":"g","data":1,"excluded":[]}""").Excluded);
        Assert.Empty(Valid("""{"type":"sendToGroup","group":"g","data":1}""").Excluded);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    public void NoEcho_is_a_boolean(string value, bool expected) =>
        Assert.Equal(expected, Valid($$"""{"type":"sendToGroup","group":"g","data":1,"noEcho":{{value}}}""").NoEcho);

    [Fact]
    public void A_stream_start_needs_no_data() =>
        Assert.Equal("s", Valid("""{"type":"sendToGroup","group":"g","noEcho":false,"stream":{"streamId":"s","idleTimeoutMs":300000}}""").StreamId);

    [Fact]
    public void An_absent_stream_is_none() =>
        Assert.Null(Valid("""{"type":"sendToGroup","group":"g","data":1,"stream":null}""").StreamId);

    /// <summary>Unknown members are ignored, and sendToGroup has no streamId of its own; taken for one, it would make the message a stream.</summary>
    [Fact]
    public void A_streamId_beside_the_stream_is_none_of_sendToGroup() =>
        Assert.Null(Valid("""{"type":"sendToGroup","group":"g","data":1,"streamId":"s"}""").StreamId);

    [Fact]
    public void Of_two_streams_the_last_counts()
    {
        Assert.Null(Valid("""{"type":"sendToGroup","group":"g","data":1,"stream":{"streamId":"s"},"stream":null}""").StreamId);
        Assert.StartsWith("'stream.streamId'", Refused("""{"type":"sendToGroup","group":"g","stream":{"streamId":"s"},"stream":{}}"""));
    }
}
