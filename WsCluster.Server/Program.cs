using WsCluster.Server;
using WsCluster.Server.Api;
using WsCluster.Server.Clients;
using WsCluster.ServiceDefaults;
using WsCluster.ServiceDefaults.Configuration;

return await ProgramRunner.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddNode();

    var app = builder.Build();
    app.UseNode();
    app.MapDefaultEndpoints();
    app.MapOpenApi();
    app.MapCluster();
    app.MapNodes();
    app.MapClients();
    await app.RunAsync();
});
