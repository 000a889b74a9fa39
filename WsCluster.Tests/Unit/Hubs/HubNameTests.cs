using CsCheck;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>Names (protocol, sections 1 and 11).</summary>
public sealed class HubNameTests
{
    [Theory]
    [InlineData("chat", "chat")]
    [InlineData("Chat", "chat")]
    [InlineData("c", "c")]
    [InlineData("A1_`,.[]", "a1_`,.[]")]
    public void A_hub_is_known_in_lower_case(string name, string expected)
    {
        Assert.True(HubName.TryNormalize(name, out var hub));
        Assert.Equal(expected, hub);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1chat")]
    [InlineData("_chat")]
    [InlineData("chat room")]
    [InlineData("chat/room")]
    [InlineData("chat-room")]
    [InlineData("chat{")]
    [InlineData("chat\n")]
    [InlineData("\nchat")]
    [InlineData("chät")]
    [InlineData("İstanbul")]
    [InlineData("Kelvin\u212a")]
    public void Anything_else_is_no_hub(string? name) => Assert.False(HubName.TryNormalize(name, out _));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_hub_has_at_most_128_characters(int length, bool valid) =>
        Assert.Equal(valid, HubName.TryNormalize(new string('h', length), out _));

    [Fact]
    public void A_normalised_name_is_its_own_normal_form()
    {
        const string First = "ABCXYZabcxyz";
        const string Rest = First + "0189_`,.[]";
        Gen.Select(Gen.Int[0, First.Length - 1], Gen.Int[0, Rest.Length - 1].Array[0, 127]).Sample((first, rest) =>
        {
            var name = First[first] + string.Concat(rest.Select(i => Rest[i]));
            return HubName.TryNormalize(name, out var hub) && HubName.TryNormalize(hub, out var again) && hub == again
                && string.Equals(hub, name, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("\u00a0\u2003\t\r\n", false)]
    [InlineData("g", true)]
    [InlineData(" g ", true)]
    [InlineData("a/b.c*?\\{}\0", true)]
    [InlineData("😀", true)]
    public void A_group_is_anything_but_white_space(string? name, bool valid) => Assert.Equal(valid, HubName.IsValidGroup(name));

    [Theory]
    [InlineData("e", true)]
    [InlineData("Event_1.x-y", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("1e", false)]
    [InlineData(".e", false)]
    [InlineData("e e", false)]
    [InlineData("e\n", false)]
    [InlineData("é", false)]
    public void An_event_is_a_letter_and_a_few_kinds_of_characters(string? name, bool valid) => Assert.Equal(valid, HubName.IsValidEvent(name));

    [Fact]
    public void The_hub_of_ws_is_a_hub() => Assert.True(HubName.TryNormalize(HubName.Default, out var hub) && hub == HubName.Default);
}
