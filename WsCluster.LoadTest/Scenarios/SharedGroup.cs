using WsCluster.LoadTest.Load.Traffic;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>One group with all receivers of a scenario, spread over the nodes.</summary>
internal static class SharedGroup
{
    /// <summary>Adds the group, its senders and its receivers. Senders are clients of their own, in no group.</summary>
    public static Group Add(ScenarioRun run, MessageTraffic traffic, string name)
    {
        var senders = run[Parameter.Senders];
        var group = new Group(name, senders);
        for (var i = 0; i < senders; i++)
        {
            traffic.AddPublisher(group, traffic.AddPublishingConnection(i, name), run[Parameter.Size], lane: i);
        }

        for (var i = 0; i < run[Parameter.Receivers]; i++)
        {
            traffic.AddSubscriber(group, i);
        }

        return group;
    }
}
