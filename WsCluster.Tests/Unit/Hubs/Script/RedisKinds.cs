using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>Every script runs on every kind of server.</summary>
internal sealed class RedisKinds : TheoryData<RedisKind>
{
    public RedisKinds()
        : base(Enum.GetValues<RedisKind>())
    {
    }
}
