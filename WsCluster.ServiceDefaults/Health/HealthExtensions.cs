using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace WsCluster.ServiceDefaults.Health;

internal static class HealthExtensions
{
    private const string LiveTag = "live";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void AddHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<HealthAnswers>();
    }

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

    private static async Task GetHealthAsync(HttpContext context, HealthAnswers answers)
    {
        var answer = await answers.GetAsync();
        var response = context.Response;
        response.StatusCode = answer.StatusCode;
        response.ContentType = "application/json; charset=utf-8";
        context.Features.Get<HealthRepeats>()?.Confirm(context, answers);
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(answer.Body);
        }
    }
}
