namespace WsCluster.LoadTest.Scenarios;

/// <summary>All scenarios.</summary>
internal static class ScenarioCatalog
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new FanoutScenario(), new RateScenario(), new PingPongScenario(), new GroupsScenario(), new MixedScenario(), new IdleScenario(),
        new StormScenario(), new HttpScenario(),
    ];

    /// <summary>A scenario by its name.</summary>
    public static IScenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);
}
