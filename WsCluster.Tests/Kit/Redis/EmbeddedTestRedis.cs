using WsCluster.AppHost.Redis;

namespace WsCluster.Tests.Kit;

/// <summary>The AppHost's embedded Redis, in the test process.</summary>
internal sealed class EmbeddedTestRedis : TestRedis
{
    private readonly EmbeddedRedis _server = EmbeddedRedis.Start();

    public override int Port => _server.EndPoint.Port;

    public override ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
