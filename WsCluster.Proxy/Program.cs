using WsCluster.Proxy;
using WsCluster.ServiceDefaults.Configuration;

return await ProgramRunner.RunAsync(async () =>
{
    await using var app = ProxyApplication.Build(args);
    await app.RunAsync();
});
