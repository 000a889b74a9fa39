using WsCluster.ServiceDefaults.Cluster;

namespace WsCluster.Server.Cluster;

/// <summary>The registry as this node saw it last, at most a heartbeat ago.</summary>
internal sealed class ClusterView
{
    private volatile ClusterSnapshot _current = ClusterSnapshot.Empty;

    public ClusterSnapshot Current
    {
        get => _current;
        set => _current = value;
    }
}
