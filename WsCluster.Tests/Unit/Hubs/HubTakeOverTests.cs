using StackExchange.Redis;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>What a node makes of the answer to a takeover.</summary>
public sealed class HubTakeOverTests
{
    [Theory]
    [InlineData("There is no such session, or it is over.", "There is no such session, or it is over.")]
    [InlineData("", null)] // The answer came so late that another node has the session by now: the client may try again.
    public async Task A_reason_is_for_the_client_and_none_is_no_answer(string answer, string? reason)
    {
        var hub = ScriptedRedis.NewHub(
            (_, _) => Task.FromResult(RedisResult.Create([RedisResult.Create((RedisValue)1), RedisResult.Create((RedisValue)1), RedisResult.Create((RedisValue)answer)])));

        Assert.Equal((null, reason), await hub.TakeOverAsync("connection", "token"));
    }
}
