using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace WsCluster.Tests.Unit.Security;

/// <summary><c>aud</c>: the hub, as its maker knows its address (protocol, section 1.1).</summary>
public sealed class AccessTokenAudienceTests
{
    private readonly TokenCheck _check = new();

    [Theory]
    [InlineData("http://node:8080/client/hubs/chat", true)]
    [InlineData("http://NODE:8080/Client/Hubs/CHAT", true)]
    [InlineData("http://node:8080/client/hubs/chat/", true)]
    [InlineData("http://node:8080/client/hubs/%63hat", true)]
    [InlineData("http://proxy.example/client/hubs/chat", true)]
    [InlineData("http://proxy.example:80/client/hubs/chat", true)]
    [InlineData("HTTP://Proxy.Example/client/hubs/chat", true)]
    [InlineData("https://secure.example:8443/client/hubs/chat", true)]
    [InlineData("http://node:8080/client/hubs/other", false)]
    [InlineData("http://node:8080/client/hubs/chat2", false)]
    [InlineData("http://node:8080/client/hubs/", false)]
    [InlineData("http://node:8080/client/hubs", false)]
    [InlineData("http://node:8080/client/chat", false)]
    [InlineData("http://node:8080/client/hubs/other/chat", false)]
    [InlineData("http://node:8080/client/hubs/chat/other", false)]
    [InlineData("http://node:8080/api/hubs/chat", false)]
    [InlineData("http://node:8080/", false)]
    [InlineData("http://node/client/hubs/chat", false)]
    [InlineData("http://node:8081/client/hubs/chat", false)]
    [InlineData("https://node:8080/client/hubs/chat", false)]
    [InlineData("https://proxy.example/client/hubs/chat", false)]
    [InlineData("https://secure.example/client/hubs/chat", false)]
    [InlineData("http://proxy.example.evil/client/hubs/chat", false)]
    [InlineData("http://proxy.example@evil/client/hubs/chat", false)]
    [InlineData("http://evil/client/hubs/chat", false)]
    [InlineData("ws://node:8080/client/hubs/chat", false)]
    [InlineData("wss://secure.example:8443/client/hubs/chat", false)]
    [InlineData("file:///client/hubs/chat", false)]
    [InlineData("/client/hubs/chat", false)]
    [InlineData("node:8080/client/hubs/chat", false)]
    [InlineData("chat", false)]
    [InlineData("", false)]
    public async Task It_names_an_address_of_the_cluster_and_the_hub(string audience, bool accepted)
    {
        var result = await _check.RunAsync(payload => payload["aud"] = audience);

        Assert.Equal(accepted ? 200 : 401, result.StatusCode);
        Assert.Equal(accepted, result.Identity is not null);
    }

    [Fact]
    public async Task One_of_several_is_enough()
    {
        await _check.AcceptsAsync(payload => payload["aud"] = new JsonArray("http://evil/client/hubs/chat", "http://node:8080/client/hubs/chat"));
        await _check.AcceptsAsync(payload => payload["aud"] = new JsonArray("http://proxy.example/client/hubs/chat"));
        await _check.RefusesAsync(payload => payload["aud"] = new JsonArray("http://evil/client/hubs/chat", "http://node:8080/client/hubs/other"));
        await _check.RefusesAsync(payload => payload["aud"] = new JsonArray());
    }

    [Fact]
    public async Task It_must_be_there()
    {
        await _check.RefusesAsync(payload => payload.Remove("aud"));
        await _check.RefusesAsync(payload => payload["aud"] = null);
        await _check.RefusesAsync(payload => payload["aud"] = 5);
        await _check.RefusesAsync(payload => payload["aud"] = new JsonObject { ["a"] = "http://node:8080/client/hubs/chat" });
    }

    [Theory]
    [InlineData("http", "Node:80", "http://node/client/hubs/chat")]
    [InlineData("https", "node", "https://node/client/hubs/chat")]
    [InlineData("https", "node:443", "https://node:443/client/hubs/chat")]
    [InlineData("http", "[::1]:8080", "http://[::1]:8080/client/hubs/chat")]
    [InlineData("http", "127.0.0.1:8080", "http://127.0.0.1:8080/client/hubs/chat")]
    public async Task The_address_that_the_client_asked_will_do(string scheme, string host, string audience)
    {
        _check.Request.Scheme = scheme;
        _check.Request.Host = new HostString(host);

        await _check.AcceptsAsync(payload => payload["aud"] = audience);
    }

    [Fact]
    public async Task A_request_without_host_is_no_address()
    {
        _check.Request.Host = default;

        await _check.RefusesAsync(payload => payload["aud"] = "http://node:8080/client/hubs/chat");
        await _check.AcceptsAsync(payload => payload["aud"] = "http://proxy.example/client/hubs/chat");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forwarded_headers_count_only_where_they_are_trusted(bool trusted)
    {
        _check.Options.TrustForwardedHeaders = trusted;
        _check.Request.Headers["X-Forwarded-Proto"] = "https";
        _check.Request.Headers["X-Forwarded-Host"] = "Outside.Example:443";

        var result = await _check.RunAsync(payload => payload["aud"] = "https://outside.example/client/hubs/chat");

        Assert.Equal(trusted, result.Identity is not null);
        await _check.AcceptsAsync(payload => payload["aud"] = "http://node:8080/client/hubs/chat");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("https", null)]
    [InlineData(null, "outside.example")]
    [InlineData("ftp", "outside.example")]
    [InlineData("https", "")]
    [InlineData("https", "a b")]
    public async Task Incomplete_forwarded_headers_are_no_address(string? scheme, string? host)
    {
        _check.Options.TrustForwardedHeaders = true;
        _check.Request.Headers["X-Forwarded-Proto"] = scheme;
        _check.Request.Headers["X-Forwarded-Host"] = host;

        await _check.RefusesAsync(payload => payload["aud"] = "https://outside.example/client/hubs/chat");
        await _check.AcceptsAsync(payload => payload["aud"] = "http://node:8080/client/hubs/chat");
    }

    [Fact]
    public async Task A_hub_with_special_characters_may_be_escaped()
    {
        var token = TokenMint.Sign(TokenMint.Payload(TokenCheck.Now, payload => payload["aud"] = "http://node:8080/client/hubs/a%5B1%5D%60,.x"));

        Assert.NotNull((await _check.RunAsync(token, "a[1]`,.x")).Identity);
        TokenCheck.AssertRefused(await _check.RunAsync(token, "a[1]"));
    }
}
