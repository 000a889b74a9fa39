using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WsCluster.Server;
using WsCluster.Server.Security;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Security;

/// <summary>A validator with its clock, and the request that it sees: one to http://node:8080, hub chat.</summary>
internal sealed class TokenCheck
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public NodeOptions Options { get; } = new() { AccessKey = TokenMint.Key, PublicEndpoints = ["http://proxy.example", "https://secure.example:8443"] };

    public HttpRequest Request { get; } = new DefaultHttpContext().Request;

    public TokenCheck()
    {
        Request.Scheme = "http";
        Request.Host = new HostString("node", 8080);
    }

    public Task<TokenResult> RunAsync(string token, string hub = "chat") =>
        new AccessTokenValidator(Options, new FixedTime(Now)).ValidateAsync(token, hub, Request);

    /// <summary>Checks a token that is right but for <paramref name="change"/>.</summary>
    public Task<TokenResult> RunAsync(Action<JsonObject> change, string hub = "chat") => RunAsync(TokenMint.Sign(TokenMint.Payload(Now, change)), hub);

    public async Task<ClientIdentity> AcceptsAsync(Action<JsonObject> change)
    {
        var result = await RunAsync(change);
        Assert.Equal((200, null), (result.StatusCode, result.Error));
        return Assert.IsType<ClientIdentity>(result.Identity);
    }

    public async Task RefusesAsync(Action<JsonObject> change, int status = 401) => AssertRefused(await RunAsync(change), status);

    public static void AssertRefused(TokenResult result, int status = 401)
    {
        Assert.Null(result.Identity);
        Assert.Equal(status, result.StatusCode);
        Assert.False(string.IsNullOrWhiteSpace(result.Error));
    }
}
