using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using WsCluster.Server.Clients.WebSockets;

namespace WsCluster.Tests.Unit.Clients.WebSockets;

public sealed class WebSocketHandshakeTests
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    [Fact]
    public void The_example_of_the_RFC_is_answered_as_there() =>
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketHandshake.Accept(Key));

    [Theory]
    [InlineData("GET", "websocket", "13", Key, true)]
    [InlineData("GET", "WebSocket", "13", Key, true)]
    [InlineData("GET", "h2c, websocket", "13", Key, true)]
    [InlineData("POST", "websocket", "13", Key, false)]
    [InlineData("GET", null, "13", Key, false)]
    [InlineData("GET", "h2c", "13", Key, false)]
    [InlineData("GET", "websockets", "13", Key, false)]
    [InlineData("GET", "websocket", null, Key, false)]
    [InlineData("GET", "websocket", "8", Key, false)]
    [InlineData("GET", "websocket", "13", null, false)]
    [InlineData("GET", "websocket", "13", "", false)]
    [InlineData("GET", "websocket", "13", "dGhlIHNhbXBsZSBub25jZQ", false)]
    [InlineData("GET", "websocket", "13", "dGhlIHNhbXBsZSBub25j", false)]
    [InlineData("GET", "websocket", "13", "dGhlIHNhbXBsZSBub25jZSEh", false)]
    [InlineData("GET", "websocket", "13", "!!!!!!!!!!!!!!!!!!!!!!==", false)]
    public void Only_a_complete_upgrade_is_one(string method, string? upgrade, string? version, string? key, bool expected)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpUpgradeFeature>(new Upgradable(true));
        context.Request.Method = method;
        context.Request.Headers.Upgrade = upgrade;
        context.Request.Headers.SecWebSocketVersion = version;
        context.Request.Headers.SecWebSocketKey = key;

        Assert.Equal(expected, WebSocketHandshake.IsUpgrade(context));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_server_cannot_upgrade_is_none(bool hasFeature)
    {
        var context = new DefaultHttpContext();
        if (hasFeature)
        {
            context.Features.Set<IHttpUpgradeFeature>(new Upgradable(false));
        }

        context.Request.Method = "GET";
        context.Request.Headers.Upgrade = "websocket";
        context.Request.Headers.SecWebSocketVersion = "13";
        context.Request.Headers.SecWebSocketKey = Key;

        Assert.False(WebSocketHandshake.IsUpgrade(context));
    }

    private sealed class Upgradable(bool isUpgradable) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => isUpgradable;

        public Task<Stream> UpgradeAsync() => throw new NotSupportedException();
    }
}
