using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace WsCluster.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    /// <summary>
    /// What is worth a line in the log, by category. YARP warns, with a stack trace, of every client that leaves without a close
    /// handshake and of every failure that the proxy then retries and reports in one line of its own; what the Redis client has to say
    /// when Redis is away is RedisMonitor's one line, many times over; data protection comes along with YARP and nothing uses it; and
    /// health checks call every answer of /health that isn't 200 a failure of ours, which whoever asked has read already.
    /// </summary>
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:StackExchange.Redis"] = "None",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Error",
    };

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // First in line, so that every other source of configuration can change it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });

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
