using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace WsCluster.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>Categories that tell an operator nothing below this level, unless the configuration names them.</summary>
    private static readonly (string Category, LogLevel Level)[] Quiet =
    [
        ("Microsoft.AspNetCore", LogLevel.Warning),

        // It calls every answer of /health that isn't 200 a failure of ours; whoever asked for it has read it.
        ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
        ("Polly", LogLevel.Warning),
        ("StackExchange.Redis", LogLevel.Warning),
        ("System.Net.Http.HttpClient", LogLevel.Warning),
        ("Yarp", LogLevel.Warning),
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        foreach (var (category, level) in Quiet)
        {
            if (builder.Configuration[$"Logging:LogLevel:{category}"] is null)
            {
                builder.Logging.AddFilter(category, level);
            }
        }

        // One listener for nothing costs every log record and measurement, so OpenTelemetry is wired only where something listens.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(WsClusterTelemetry.Name, "Yarp.ReverseProxy"))
            .WithTracing(tracing => tracing
                .AddSource(WsClusterTelemetry.Name, "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation(options => options.Filter = IsNoProbe)
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
    }

    /// <summary>Health probes come every few seconds from everywhere; as traces they only hide the others.</summary>
    private static bool IsNoProbe(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/alive");
}
