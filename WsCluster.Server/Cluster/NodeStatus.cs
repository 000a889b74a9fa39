using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Cluster;
using WsCluster.ServiceDefaults.Health;

namespace WsCluster.Server.Cluster;

/// <summary>State of this node, as its lifetime decides it and its endpoints show it.</summary>
internal sealed class NodeStatus(NodeIdentity node, HubDirectory hubs, InboxProbe probe) : IHealthDetails
{
    private int _state = (int)NodeState.Joining;
    private volatile bool _registered;

    public NodeState State => (NodeState)Volatile.Read(ref _state);

    /// <summary>From joining to ready or back; a node that drains does so to its end.</summary>
    public bool Change(NodeState from, NodeState to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    public void Drain() => Volatile.Write(ref _state, (int)NodeState.Draining);

    /// <summary>Whether the node holds a lease, as far as it knows.</summary>
    public bool Registered
    {
        get => _registered;
        set => _registered = value;
    }

    /// <summary>Whether what is sent to the node's inbox comes out of it.</summary>
    public bool Hears => probe.IsHeard;

    /// <summary>Whether clients may come in.</summary>
    public bool TakesClients => State == NodeState.Ready && _registered && Hears;

    public int Connections => hubs.All.Sum(hub => hub.ConnectionCount);

    public IEnumerable<KeyValuePair<string, object?>> GetDetails()
    {
        yield return new("nodeId", node.NodeId);
        yield return new("state", State);
        yield return new("registered", _registered);
        yield return new("hears", Hears);
        yield return new("connections", Connections);
        yield return new("memoryBytes", Environment.WorkingSet);
    }
}
