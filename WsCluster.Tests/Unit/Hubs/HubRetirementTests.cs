using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>Hubs are forgotten when nothing is left in them, but never under the feet of somebody who comes in.</summary>
public sealed class HubRetirementTests
{
    private readonly HubDirectory _hubs = ScriptedRedis.NewDirectory();

    [Fact]
    public void A_hub_with_nothing_in_it_is_forgotten()
    {
        var hub = _hubs.Get("chat");
        _hubs.Sweep(TimeSpan.Zero);

        Assert.Empty(_hubs.All);
        Assert.False(hub.TryHold());
        Assert.NotSame(hub, _hubs.Hold("chat"));
    }

    [Fact]
    public async Task Who_has_asked_for_a_hub_gets_in_whatever_is_swept_meanwhile()
    {
        var hub = _hubs.Hold("chat");
        _hubs.Sweep(TimeSpan.Zero);

        Assert.Same(hub, Assert.Single(_hubs.All));
        var connection = TestConnection.New(hub, userId: "u");
        Assert.True(await hub.AddConnectionAsync(connection, ["g"]));
        hub.RemoveConnection(connection);
        hub.Release();
    }
}
