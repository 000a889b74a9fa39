using Microsoft.Extensions.Options;

namespace WsCluster.Proxy;

/// <summary>Section <c>WsCluster:Proxy</c>.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "WsCluster:Proxy";

    /// <summary>How long a node may take to accept a connection. Nodes are near: one that takes longer is gone or overrun.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a node may take to begin its answer, from the moment that it has the whole request; also the limit for a WebSocket
    /// handshake. A stopped process still accepts connections, so nothing else would tell.
    /// </summary>
    public TimeSpan ResponseHeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a node that failed is avoided as long as there are others; then it gets its next chance.</summary>
    public TimeSpan ReactivationPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the demo page is served at <c>/</c>; unset: in the environment Development, if there is an access key.</summary>
    public bool? Demo { get; set; }

    internal sealed class Validator : IValidateOptions<ProxyOptions>
    {
        public ValidateOptionsResult Validate(string? name, ProxyOptions options)
        {
            List<string> failures = [];
            Check(failures, nameof(ConnectTimeout), options.ConnectTimeout, TimeSpan.FromMinutes(1));
            Check(failures, nameof(ResponseHeaderTimeout), options.ResponseHeaderTimeout, TimeSpan.FromMinutes(10));
            Check(failures, nameof(ReactivationPeriod), options.ReactivationPeriod, TimeSpan.FromMinutes(10));
            return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
        }

        private static void Check(List<string> failures, string option, TimeSpan value, TimeSpan most)
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > most)
            {
                failures.Add($"{Section}:{option} is {value}; it takes 00:00:00.1 to {most}.");
            }
        }
    }
}

internal static class ProxyOptionsExtensions
{
    public static void AddProxyOptions(this IServiceCollection services)
    {
        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptions.Validator>();
    }
}
