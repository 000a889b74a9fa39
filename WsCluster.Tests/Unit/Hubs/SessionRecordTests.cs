using StackExchange.Redis;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>What a taken-over session may see of the log.</summary>
public sealed class SessionRecordTests
{
    private const string Id = "c.node";

    private static readonly SessionRecord Record = Parse("k", "token", "u", "user", "r", """["a","b\nc"]""", "Gopen", "10-", "Gleft", "5-20;", "G", "7-", "o", "node.0", "g", "2");

    [Fact]
    public void Everything_is_read_that_the_script_returns()
    {
        Assert.Equal((1000, 3, 900), (Record.TakenAt, Record.Generation, Record.Position));
        Assert.Equal("user", Record.UserId);
        Assert.Equal(["a", "b\nc"], Record.Roles);
        Assert.Equal(["", "left", "open"], Record.Groups.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([new("", 7L), new("open", 10L)], Record.OpenGroups.OrderBy(group => group.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void A_session_without_user_and_groups_is_one_too()
    {
        var record = Parse("k", "token", "r", "[]");

        Assert.Null(record.UserId);
        Assert.Empty(record.Roles);
        Assert.Empty(record.OpenGroups);
        Assert.False(record.MaySee(Message(TargetKind.User, "", 11), Id, original: 11));
    }

    [Theory]
    [InlineData(nameof(TargetKind.Hub), "", 1, true)]
    [InlineData(nameof(TargetKind.User), "user", 1, true)]
    [InlineData(nameof(TargetKind.User), "USER", 1, false)]
    [InlineData(nameof(TargetKind.Connection), Id, 1, true)]
    [InlineData(nameof(TargetKind.Connection), "other.node", 1, false)]
    [InlineData(nameof(TargetKind.Group), "open", 10, false)]
    [InlineData(nameof(TargetKind.Group), "open", 11, true)]
    [InlineData(nameof(TargetKind.Group), "OPEN", 11, false)]
    [InlineData(nameof(TargetKind.Group), "left", 20, true)]
    [InlineData(nameof(TargetKind.Group), "left", 21, false)]
    [InlineData(nameof(TargetKind.Group), "never", 11, false)]
    [InlineData(nameof(TargetKind.Mark), "open", 11, false)]
    [InlineData(nameof(TargetKind.Fence), Id, 11, false)]
    public void A_message_is_for_the_client_or_not(string kind, string target, long offset, bool seen)
    {
        var targetKind = Enum.Parse<TargetKind>(kind);

        Assert.Equal(seen, Record.MaySee(Message(targetKind, target, offset), Id, offset));
        Assert.False(Record.MaySee(Message(targetKind, target, offset, excluded: Id), Id, offset));
        Assert.Equal(seen, Record.MaySee(Message(targetKind, target, offset, excluded: "another"), Id, offset));
    }

    /// <summary>Redis has lost it, and it was sent again at an offset at which the client is in the group no more, or not yet.</summary>
    [Theory]
    [InlineData(20L, true)]
    [InlineData(21L, false)]
    [InlineData(long.MaxValue, true)] // Nobody knows.
    public void A_message_that_was_sent_again_may_have_been_for_the_client(long original, bool seen) =>
        Assert.Equal(seen, Parse(position: 10, "Gg", "5-20;2000-").MaySee(Message(TargetKind.Group, "g", 1000), Id, original));

    [Theory]
    [InlineData("5-10;")]
    [InlineData("1000-")]
    [InlineData("1000-2000;")]
    public void Nor_can_it_have_been_if_the_client_was_in_the_group_only_before_or_after(string intervals) =>
        Assert.False(Parse(position: 10, "Gg", intervals).MaySee(Message(TargetKind.Group, "g", 1000), Id, long.MaxValue));

    private static IncomingMessage Message(TargetKind kind, string target, long offset, string? excluded = null) =>
        (Envelope.Text("x") with { Kind = kind, Target = target, Excluded = excluded is null ? [] : [excluded] }).Receive(offset);

    private static SessionRecord Parse(params string[] fields) => Parse(position: 900, fields);

    private static SessionRecord Parse(long position, params string[] fields) => SessionRecord.Parse(takenAt: 1000,
    [
        RedisResult.Create((RedisValue)1000),
        RedisResult.Create((RedisValue)3),
        RedisResult.Create((RedisValue)position),
        RedisResult.Create((RedisValue)0),
        RedisResult.Create([.. fields.Select(field => RedisResult.Create((RedisValue)field))]),
    ]);
}
