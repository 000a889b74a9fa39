namespace WsCluster.AppHost.Topology;

/// <summary>One process of the cluster.</summary>
/// <param name="Name">What people call it: <c>node-1</c>, <c>proxy</c>.</param>
/// <param name="Program">Name of the project that it runs.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="AddressOption">The option that its port comes from.</param>
/// <param name="Variables">Environment variables that configure it.</param>
internal sealed record ProcessPlan(
    string Name, string Program, Uri Address, string AddressOption, IReadOnlyDictionary<string, string> Variables);
