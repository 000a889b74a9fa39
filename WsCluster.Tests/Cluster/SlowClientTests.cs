using System.Globalization;
using System.Text.RegularExpressions;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Cluster;

/// <summary>A client that stops reading while messages come: each hub does with it what its policy says, and nobody else notices.</summary>
[Collection<OwnClusterCollection>]
public sealed partial class SlowClientTests : ProcessTest
{
    private const string Group = "g";

    /// <summary>Together far more than all buffers between node and client take.</summary>
    private const int Messages = 400;

    private static readonly string Padding = new('.', 64 * 1024);

    [Fact]
    public async Task Every_hub_has_its_policy()
    {
        var cluster = await StartClusterAsync(await TestRedis.StartAsync(RedisKind.Embedded), nodes: 1, settings: new Dictionary<string, string>
        {
            ["WsCluster__MaxOutboundBytes"] = "262144",
            ["WsCluster__CloseTimeout"] = "00:01:00",
            ["WsCluster__Hubs__drops__SlowClients"] = "DropOldest",
            ["WsCluster__Hubs__Latest__SlowClients"] = "KeepLatest",
        });

        using (var disconnected = await FallBehindAsync(cluster, "chat"))
        {
            Assert.Equal(1008, await disconnected.ReadCloseCodeAsync());
        }

        using (var lossy = await FallBehindAsync(cluster, "drops"))
        {
            var numbers = await ReadNumbersAsync(lossy);
            Assert.InRange(numbers.Count, 4, Messages - 1); // What its queue takes is four.
            Assert.Equal(Enumerable.Range(Messages - 2, 3), numbers.TakeLast(3));
        }

        using (var latest = await FallBehindAsync(cluster, "latest"))
        {
            var numbers = await ReadNumbersAsync(latest);
            Assert.InRange(numbers.Count, 1, Messages - 1);
            Assert.True(numbers[^1] - numbers[^2] > 3, $"Before the last one there was {numbers[^2]}.");
        }
    }

    /// <summary>Connects a client that reads nothing, and sends to it; another member of the group must get everything.</summary>
    private async Task<RawClient> FallBehindAsync(TestCluster cluster, string hub)
    {
        var node = cluster.Nodes[0];
        var slow = await RawClient.UpgradeAsync(TestCluster.ClientUrl(node, hub, roles: Roles.All, groups: [Group]));
        var sender = await ConnectAsync(node, hub);
        var reader = await ConnectAsync(node, hub, groups: [Group]);
        for (var number = 1; number <= Messages; number++)
        {
            await sender.SendToGroupAsync(Group, $"#{number}#{Padding}", "text").Succeeds();
            await reader.Messages.WaitForCountAsync(number); // It keeps up, whatever the policy.
        }

        var received = await reader.Messages.WaitForCountAsync(Messages);
        Assert.Equal(Enumerable.Range(1, Messages), received.Select(message => Number(message.Data.GetString()!)));
        return slow;
    }

    /// <summary>Reads up to the last message that was sent; it must have come in order.</summary>
    private static async Task<IReadOnlyList<int>> ReadNumbersAsync(RawClient client)
    {
        var frames = await client.ReadUntilAsync($"#{Messages}#");
        int[] numbers = [.. frames.Where(frame => frame.Contains('#', StringComparison.Ordinal)).Select(Number)];
        Assert.Equal(numbers.Order().Distinct(), numbers);
        return numbers;
    }

    private static int Number(string text) => int.Parse(Mark().Match(text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("#([0-9]+)#")]
    private static partial Regex Mark();
}
