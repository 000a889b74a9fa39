using WsCluster.LoadTest.Load.Traffic;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>Many small groups, each with members on several nodes and one stream of messages.</summary>
internal static class SmallGroups
{
    /// <summary>Adds the groups. Their senders share a few connections, where the peer's protocol lets them.</summary>
    /// <returns>One publisher for each group.</returns>
    public static IReadOnlyList<Publisher> Add(ScenarioRun run, MessageTraffic traffic, int senders)
    {
        var connections = new List<ClientConnection>();
        var publishers = new List<Publisher>();
        for (var i = 0; i < run[Parameter.Groups]; i++)
        {
            var group = new Group($"group-{i}");
            if (connections.Count < senders || run.Peer.Protocol.OneGroupPerConnection)
            {
                connections.Add(traffic.AddPublishingConnection(i, group.Name));
            }

            publishers.Add(traffic.AddPublisher(group, connections[i % connections.Count], run[Parameter.Size]));
            for (var member = 0; member < run[Parameter.Members]; member++)
            {
                traffic.AddSubscriber(group, i + member);
            }
        }

        return publishers;
    }
}
