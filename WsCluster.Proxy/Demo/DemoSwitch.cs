using Microsoft.Extensions.Options;
using WsCluster.ServiceDefaults;
using WsCluster.ServiceDefaults.Security;

namespace WsCluster.Proxy.Demo;

/// <summary>Decides whether the demo is on: it is in development, or where it is switched on, and needs the nodes' access key.</summary>
internal sealed partial class DemoSwitch(
    IOptions<ProxyOptions> proxy, IOptions<AccessOptions> access, IHostEnvironment environment, ILogger<DemoSwitch> logger)
{
    private const string Option = $"{ProxyOptions.Section}:{nameof(ProxyOptions.Demo)}";

    /// <summary>Whether it is on.</summary>
    /// <exception cref="InvalidConfigurationException">It should be on, but its tokens could not be signed.</exception>
    public bool Decide()
    {
        var configured = proxy.Value.Demo;
        if (!(configured ?? environment.IsDevelopment()))
        {
            return false;
        }

        if (access.Value.FindFailures().FirstOrDefault() is { } failure)
        {
            throw new InvalidConfigurationException(failure);
        }

        if (access.Value.AccessKeys.Any())
        {
            return true;
        }

        if (configured is true)
        {
            throw new InvalidConfigurationException(
                $"{Option} is true, but {AccessOptions.Section}:AccessKey is not set. The demo page signs its clients' access tokens with it: " +
                $"give the proxy the key that the nodes have, or leave {Option} out.");
        }

        Log.NoKey(logger, AccessOptions.Section, Option);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The demo page is off: {Section}:AccessKey, which its tokens are signed with, is not set. {Option}=false silences this.")]
        public static partial void NoKey(ILogger logger, string section, string option);
    }
}
