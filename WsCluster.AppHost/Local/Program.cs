using WsCluster.AppHost.Configuration;
using WsCluster.AppHost.Processes;
using WsCluster.AppHost.Topology;
using WsCluster.ServiceDefaults.Configuration;

return await ProgramRunner.RunAsync(async () =>
{
    using var signals = new StopSignals();
    var builder = AppConfiguration.CreateBuilder(args);
    var topology = ClusterTopology.Read(builder.Configuration, builder.Environment.EnvironmentName);
    await new LocalCluster(topology, Terminal.Standard, TimeProvider.System).RunAsync(signals);
});
