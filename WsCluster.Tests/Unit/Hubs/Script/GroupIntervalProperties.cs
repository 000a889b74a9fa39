using CsCheck;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>
/// Joins, leaves, messages and acks in any order, as a node does them: of what the client has not acknowledged, the intervals that
/// hub.lua has written are right for every message.
/// </summary>
[Collection<HubRedisCollection>]
public sealed class GroupIntervalProperties(HubRedis redis)
{
    private const string Id = "c.node";

    /// <summary>0: join; 1: leave; 2, 3: a message; 4: ack of all so far; 5: ack of some.</summary>
    private static readonly Gen<int[]> Steps = Gen.Int[0, 5].Array[1, 25];

    [Theory]
    [InlineData(RedisKind.RedisServer, 60)]
    [InlineData(RedisKind.Embedded, 15)]
    public async Task Intervals_say_what_the_client_may_see(RedisKind kind, int count) =>
        await Steps.SampleAsync(
            async steps =>
            {
                var hub = await ScriptHub.NewAsync(redis, kind);
                var node = await hub.AddNodeAsync("a");
                await node.BeginAsync(Id);
                var (member, acknowledged) = (false, 0L);
                List<(long Offset, bool Seen)> messages = [];
                foreach (var step in steps)
                {
                    switch (step)
                    {
                        case 0:
                            Assert.Equal(1, (await node.JoinAsync(Id, 1, "g")).Result);
                            member = true;
                            break;
                        case 1:
                            Assert.Equal(1, await node.LeaveAsync(Id, 1, "g", node.LastOffset));
                            member = false;
                            break;
                        case 2 or 3:
                            messages.Add(((await node.PublishAsync("x")).First, member));
                            break;
                        default:
                            acknowledged = Math.Max(acknowledged, step == 4 || messages.Count < 2 ? node.LastOffset : messages[^2].Offset);
                            await node.SessionAsync("a", Id, 1, acknowledged);
                            break;
                    }
                }

                var intervals = new GroupIntervals((await hub.ReadSessionAsync(Id)).GetValueOrDefault("Gg", string.Empty));
                Assert.Equal(member, intervals.OpenSince is not null);
                Assert.All(
                    messages.Where(message => message.Offset > acknowledged),
                    message => Assert.Equal(message, (message.Offset, intervals.Contains(message.Offset))));
            },
            iter: count,
            threads: 2);
}
