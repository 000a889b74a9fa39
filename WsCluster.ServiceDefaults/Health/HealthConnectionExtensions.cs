using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace WsCluster.ServiceDefaults.Health;

/// <summary>The connection's part of <c>/health</c>.</summary>
public static class HealthConnectionExtensions
{
    /// <summary>Answers repeated requests for <c>/health</c> below HTTP. Comes before all that looks at the connection's transport.</summary>
    public static void UseHealthRepeats(this IConnectionBuilder connections) => connections.Use(next => connection =>
    {
        var transport = connection.Transport;
        var repeats = new HealthRepeats(transport.Input, transport.Output);
        connection.Transport = new Pipes(repeats, transport.Output);
        connection.Features.Set(repeats);
        return next(connection);
    });

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
