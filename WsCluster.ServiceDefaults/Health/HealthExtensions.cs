using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using WsCluster.ServiceDefaults.Redis;

namespace WsCluster.ServiceDefaults.Health;

internal static class HealthExtensions
{
    private const string LiveTag = "live";

    private static readonly long Started = Stopwatch.GetTimestamp();

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void AddHealth(this IHostApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);

    /// <summary>As endpoints of their own rather than MapHealthChecks, which OpenAPI does not see.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/health", Methods, GetHealthAsync)
            .WithName("GetHealth")
            .WithTags("Health")
            .WithSummary("Readiness: 200 while the process can do its work, else 503.")
            .Produces<HealthAnswer>()
            .Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);

        app.MapMethods("/alive", Methods, () => TypedResults.Text("Healthy"))
            .WithName("GetAlive")
            .WithTags("Health")
            .WithSummary("Liveness: 200 while the process answers at all.");
    }

    private static async Task<JsonHttpResult<HealthAnswer>> GetHealthAsync(
        HealthCheckService health, RedisMonitor redis, IServiceProvider services, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var details = services.GetService<IHealthDetails>()?.GetDetails() ?? [];
        var answer = new HealthAnswer(
            report.Status.ToString(),
            (long)Stopwatch.GetElapsedTime(Started).TotalSeconds,
            redis.RoundTrip is { } roundTrip ? Math.Round(roundTrip.TotalMilliseconds, 3) : null,
            report.Entries.ToDictionary(entry => entry.Key, entry => new CheckAnswer(entry.Value.Status.ToString(), entry.Value.Description)))
        {
            Details = details.ToDictionary(detail => detail.Key, detail => detail.Value),
        };
        var status = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return TypedResults.Json(answer, statusCode: status);
    }
}
