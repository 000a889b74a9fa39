using System.Text.Json.Nodes;
using CsCheck;
using WsCluster.Tests.Unit.Support;
using static WsCluster.Tests.Unit.Security.TokenCheck;

namespace WsCluster.Tests.Unit.Security;

/// <summary><c>sub</c>, <c>role</c> and <c>webpubsub.group</c> (protocol, section 1.1).</summary>
public sealed class AccessTokenClaimTests
{
    private readonly TokenCheck _check = new();

    [Fact]
    public async Task A_token_without_sub_is_for_an_anonymous_user_without_rights()
    {
        var identity = await _check.AcceptsAsync(_ => { });

        Assert.Null(identity.UserId);
        Assert.Empty(identity.Groups);
        Assert.False(identity.Permissions.CanJoinOrLeave("g") || identity.Permissions.CanSendTo("g") || identity.Permissions.CanBroadcast);
    }

    [Fact]
    public async Task The_sub_is_the_user_whatever_characters_it_has()
    {
        await Texts.WellFormed.Where(text => text.Length > 0).SampleAsync(
            async user => Assert.Equal(user, (await _check.AcceptsAsync(payload => payload["sub"] = user)).UserId), iter: 200);
    }

    [Fact]
    public async Task There_is_at_most_one_sub()
    {
        await _check.RefusesAsync(payload => payload["sub"] = new JsonArray("a", "b"));
        await _check.RefusesAsync(payload => payload["sub"] = new JsonArray("a", "a"));
    }

    /// <summary>RFC 7519, section 4: of a claim that comes twice the last counts, or the token is refused.</summary>
    [Fact]
    public async Task Of_a_sub_that_comes_twice_the_first_never_counts()
    {
        var payload = TokenMint.Payload(Now);
        var result = await _check.RunAsync(TokenMint.Sign($"{{\"sub\":\"a\",\"sub\":\"b\",{payload[1..]}"));

        Assert.True(result.Identity is null || result.Identity.UserId == "b");
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public async Task A_user_id_has_at_most_4096_characters(int length, bool accepted)
    {
        var result = await _check.RunAsync(payload => payload["sub"] = new string('u', length));

        Assert.Equal(accepted, result.Identity is not null);
    }

    [Fact]
    public async Task A_role_may_stand_alone_or_in_an_array()
    {
        var one = await _check.AcceptsAsync(payload => payload["role"] = "webpubsub.sendToGroup");
        Assert.True(one.Permissions.CanSendTo("g"));
        Assert.False(one.Permissions.CanJoinOrLeave("g"));

        var several = await _check.AcceptsAsync(payload => payload["role"] = new JsonArray("webpubsub.joinLeaveGroup.g", "x", "wscluster.broadcast"));
        Assert.False(several.Permissions.CanSendTo("g"));
        Assert.True(several.Permissions.CanJoinOrLeave("g"));
        Assert.True(several.Permissions.CanBroadcast);

        var none = await _check.AcceptsAsync(payload => payload["role"] = new JsonArray());
        Assert.False(none.Permissions.CanSendTo("g"));
    }

    [Fact]
    public async Task Claims_with_the_long_names_of_old_handlers_are_not_ours()
    {
        var identity = await _check.AcceptsAsync(payload =>
        {
            payload["roles"] = new JsonArray("webpubsub.sendToGroup");
            payload["http://schemas.microsoft.com/ws/2008/06/identity/claims/role"] = "webpubsub.sendToGroup";
            payload["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"] = "u";
            payload["nameid"] = "u";
        });

        Assert.Null(identity.UserId);
        Assert.False(identity.Permissions.CanSendTo("g"));
    }

    [Fact]
    public async Task A_group_may_stand_alone_or_in_an_array()
    {
        Assert.Equal(["a b"], (await _check.AcceptsAsync(payload => payload["webpubsub.group"] = "a b")).Groups);
        Assert.Equal(["a", "b.c"], (await _check.AcceptsAsync(payload => payload["webpubsub.group"] = new JsonArray("a", "b.c"))).Groups);
        Assert.Empty((await _check.AcceptsAsync(payload => payload["webpubsub.group"] = new JsonArray())).Groups);
    }

    [Fact]
    public async Task A_bad_group_is_a_bad_request()
    {
        await _check.RefusesAsync(payload => payload["webpubsub.group"] = "", 400);
        await _check.RefusesAsync(payload => payload["webpubsub.group"] = new JsonArray("a", " \t"), 400);
        await _check.RefusesAsync(payload => payload["webpubsub.group"] = new string('g', 1025), 400);
        Assert.Single((await _check.AcceptsAsync(payload => payload["webpubsub.group"] = new string('g', 1024))).Groups);
    }

    [Fact]
    public async Task A_token_that_is_not_ours_is_unauthorised_whatever_its_groups_are()
    {
        var payload = TokenMint.Payload(Now, claims => claims["webpubsub.group"] = "");

        AssertRefused(await _check.RunAsync(TokenMint.Sign(payload, TokenMint.SecondaryKey)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("\"somebody\"")]
    public async Task The_issuer_is_no_matter_and_never_throws(string issuer)
    {
        var result = await _check.RunAsync(TokenMint.Sign($"{TokenMint.Payload(Now)[..^1]},\"iss\":{issuer}}}"));

        Assert.Contains(result.StatusCode, new[] { 200, 401 });
    }

    /// <summary>Whoever holds the key can write any claims; a node answers all of them without failing.</summary>
    [Fact]
    public async Task Claims_of_any_kind_never_throw()
    {
        var names = Gen.OneOf("sub", "role", "webpubsub.group", "exp", "nbf", "iat", "jti", "aud", "x", "act", "amr", "azp");
        var values = Gen.OneOf(
            "null", "true", "0", "-1", "1e300", "1.5", "99999999999999999999999999", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "[[]]",
            "[null]", "[1,\"a\",{}]", "{}", "{\"a\":{\"b\":[1]}}", "\"2020-01-01T00:00:00Z\"");
        await Gen.Select(names, values).Array[1, 4].SampleAsync(
            async claims =>
            {
                var extra = string.Concat(claims.Select(claim => $",\"{claim.Item1}\":{claim.Item2}"));
                var result = await _check.RunAsync(TokenMint.Sign(TokenMint.Payload(Now)[..^1] + extra + "}"));
                Assert.Contains(result.StatusCode, new[] { 200, 400, 401 });
                Assert.Equal(result.StatusCode == 200, result.Identity is not null);
            },
            iter: 1_000);
    }
}
