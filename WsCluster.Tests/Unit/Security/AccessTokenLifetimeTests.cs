using static WsCluster.Tests.Unit.Security.TokenCheck;

namespace WsCluster.Tests.Unit.Security;

/// <summary><c>exp</c> and <c>nbf</c>, with up to five minutes between the clocks (protocol, section 1.1).</summary>
public sealed class AccessTokenLifetimeTests
{
    private readonly TokenCheck _check = new();

    [Theory]
    [InlineData(3600, true)]
    [InlineData(1, true)]
    [InlineData(-1, true)]
    [InlineData(-299, true)]
    [InlineData(-301, false)]
    [InlineData(-3600, false)]
    public async Task A_token_is_good_until_five_minutes_after_its_end(int seconds, bool accepted)
    {
        var result = await _check.RunAsync(payload => payload["exp"] = Now.AddSeconds(seconds).ToUnixTimeSeconds());

        Assert.Equal(accepted, result.Identity is not null);
        Assert.Equal(accepted ? 200 : 401, result.StatusCode);
    }

    [Theory]
    [InlineData(-3600, true)]
    [InlineData(299, true)]
    [InlineData(301, false)]
    [InlineData(3600, false)]
    public async Task A_token_is_good_from_five_minutes_before_its_beginning(int seconds, bool accepted)
    {
        var result = await _check.RunAsync(payload =>
        {
            payload["nbf"] = Now.AddSeconds(seconds).ToUnixTimeSeconds();
            payload["exp"] = Now.AddHours(2).ToUnixTimeSeconds();
        });

        Assert.Equal(accepted, result.Identity is not null);
        Assert.Equal(accepted ? 200 : 401, result.StatusCode);
    }

    [Fact]
    public Task A_token_without_end_is_refused() => _check.RefusesAsync(payload => payload.Remove("exp"));

    [Fact]
    public async Task Ends_that_make_no_sense_are_refused()
    {
        await _check.RefusesAsync(payload => payload["exp"] = null);
        await _check.RefusesAsync(payload => payload["exp"] = "soon");
        await _check.RefusesAsync(payload => payload["exp"] = true);
        await _check.RefusesAsync(payload => payload["exp"] = 0);
        await _check.RefusesAsync(payload => payload["exp"] = -1);
        await _check.RefusesAsync(payload => payload["exp"] = new System.Text.Json.Nodes.JsonArray(4_000_000_000));
    }

    [Fact]
    public async Task Times_may_be_far_away()
    {
        await _check.AcceptsAsync(payload => payload["exp"] = 253_402_300_799L);
        await _check.AcceptsAsync(payload => payload["nbf"] = 0);
        await _check.RefusesAsync(payload => payload["nbf"] = 253_402_300_799L);
    }

    [Fact]
    public Task A_time_may_have_a_fraction() => _check.AcceptsAsync(payload => payload["exp"] = Now.AddHours(1).ToUnixTimeSeconds() + 0.5);

    [Fact]
    public Task An_iat_in_the_future_is_no_matter() => _check.AcceptsAsync(payload => payload["iat"] = Now.AddDays(1).ToUnixTimeSeconds());
}
