using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using WsCluster.Server;
using WsCluster.Server.Cluster;
using WsCluster.Tests.Kit;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Cluster;

public sealed class NodeCleanerTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    private const int Long = 600_000;
    private const int Short = 150;

    [Fact]
    public async Task A_clean_up_removes_what_the_inbox_owned_and_nothing_else()
    {
        var registry = await Registry.NewAsync(redis, Long);
        var database = registry.Connection.GetDatabase();
        string[] hubs = ["chat", "a[1]`,.x"];

        // More sets than one call of the script takes, with names that could trip somebody up.
        string[] shared = [.. Enumerable.Range(0, 450).Select(i => $"g:group {i}"), "u:ü:{x}", "h"];
        foreach (var hub in hubs)
        {
            await EnterAsync(registry, hub, "dead.0", [.. shared, "g:dead's own"]);
            await EnterAsync(registry, hub, "dead.1", shared); // The same node's next generation.
            await EnterAsync(registry, hub, "alive.0", [.. shared, "g:alive's own"]);
        }

        await CleanerOf(registry).CleanAsync("dead.0", []);

        Assert.False(await database.KeyExistsAsync(registry.Keys.HubsOf("dead.0")));
        Assert.Equal(hubs.Order(), (await database.SetMembersAsync(registry.Keys.HubsOf("alive.0"))).Select(hub => hub.ToString()).Order());
        foreach (var hub in hubs)
        {
            Assert.False(await database.KeyExistsAsync(registry.Keys.Owned(hub, "dead.0")));
            Assert.False(await database.HashExistsAsync(registry.Keys.Hub(hub) + "interest", "g:dead's own"));
            Assert.Equal(shared.Length, await database.SetLengthAsync(registry.Keys.Owned(hub, "dead.1")));
            Assert.Equal(shared.Length + 1, await database.SetLengthAsync(registry.Keys.Owned(hub, "alive.0")));
            Assert.Equal(["alive.0"], await MembersAsync("g:alive's own"));
            foreach (var set in shared)
            {
                Assert.Equal(["alive.0", "dead.1"], await MembersAsync(set));
            }

            async Task<IEnumerable<string>> MembersAsync(string set) =>
                (await RedisContents.InboxesAsync(database, registry.Keys, hub, set)).Order(StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task A_clean_up_may_be_done_again_and_where_there_is_nothing()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await EnterAsync(registry, "chat", "dead.0", ["h"]);

        await CleanerOf(registry).CleanAsync("dead.0", []);
        await CleanerOf(registry).CleanAsync("dead.0", []);
        await CleanerOf(registry).CleanAsync("never.0", []);

        Assert.Empty(await KeysAsync(registry));
    }

    [Fact]
    public async Task A_hub_that_Redis_has_forgotten_is_found_when_it_is_named()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await EnterAsync(registry, "chat", "lost.0", ["h", "g:a"]);
        await registry.Connection.GetDatabase().KeyDeleteAsync(registry.Keys.HubsOf("lost.0")); // Redis came back empty in between.

        await CleanerOf(registry).CleanAsync("lost.0", ["chat", "other"]);

        Assert.Empty(await KeysAsync(registry));
    }

    [Fact]
    public async Task What_another_clean_up_left_undone_is_finished()
    {
        var registry = await Registry.NewAsync(redis, Long);
        await EnterAsync(registry, "chat", "dead.0", ["h", "g:a"]);
        await registry.Connection.GetDatabase().HashDeleteAsync(registry.Keys.Hub("chat") + "interest", "g:a"); // It stopped between the two removals.

        await CleanerOf(registry).CleanAsync("dead.0", []);

        Assert.Empty(await KeysAsync(registry));
    }

    [Fact]
    public async Task Only_who_wins_the_claim_cleans_up()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("dead"));
        await EnterAsync(registry, "chat", "dead.0", ["h"]);
        await registry.WaitAsync(seen => seen.Expired.Contains("dead.0"));
        Assert.True(await registry.Nodes.ClaimAsync("dead.0", "other.0", TimeSpan.FromMinutes(10)));

        await CleanerOf(registry).TryCleanAsync("dead.0", "alive.0");

        Assert.Equal(["dead.0"], await RedisContents.InboxesAsync(registry.Connection.GetDatabase(), registry.Keys, "chat", "h"));
    }

    [Fact]
    public async Task A_dead_node_leaves_nothing_behind()
    {
        var registry = await Registry.NewAsync(redis, Short);
        await registry.Nodes.RegisterAsync(Registry.Node("dead"));
        await EnterAsync(registry, "chat", "dead.0", ["h", "g:a", "u:b"]);
        await registry.WaitAsync(seen => seen.Expired.Contains("dead.0"));

        await CleanerOf(registry).TryCleanAsync("dead.0", "alive.0");

        Assert.Empty(await KeysAsync(registry));
        Assert.Empty((await registry.Nodes.ReadAsync()).Expired);
    }

    /// <summary>Enters interest as hub.lua does.</summary>
    private static async Task EnterAsync(Registry registry, string hub, string inbox, string[] sets)
    {
        var database = registry.Connection.GetDatabase();
        await database.SetAddAsync(registry.Keys.HubsOf(inbox), hub);
        await database.SetAddAsync(registry.Keys.Owned(hub, inbox), [.. sets.Select(set => (RedisValue)set)]);
        foreach (var set in sets)
        {
            var before = await database.HashGetAsync(registry.Keys.Hub(hub) + "interest", set);
            await database.HashSetAsync(registry.Keys.Hub(hub) + "interest", set, $"{before}{inbox};");
        }
    }

    private static NodeCleaner CleanerOf(Registry registry) =>
        new(registry.Connection, registry.Keys, registry.Nodes, new NodeOptions(), NullLogger<NodeCleaner>.Instance);

    private static async Task<List<string>> KeysAsync(Registry registry)
    {
        List<string> keys = [];
        var cluster = registry.Keys.Nodes.ToString()["wsc:{".Length..].Split('}')[0];
        await foreach (var key in registry.Connection.GetServers()[0].KeysAsync(pattern: $"*{cluster}*"))
        {
            keys.Add(key.ToString());
        }

        return keys;
    }
}
