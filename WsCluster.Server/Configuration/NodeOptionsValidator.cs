using Microsoft.Extensions.Options;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Security;

namespace WsCluster.Server;

/// <summary>Says of each wrong option its name and what it takes.</summary>
internal sealed class NodeOptionsValidator : IValidateOptions<NodeOptions>
{
    public ValidateOptionsResult Validate(string? name, NodeOptions options)
    {
        List<string> failures = [];

        if (!options.AccessKeys.Any() && !options.AllowAnonymous)
        {
            failures.Add(
                $"{NodeOptions.Section}:AccessKey is not set, so no client could get in. It takes the key that signs access tokens, {AccessOptions.MinKeyBytes} bytes or more; " +
                $"or set {NodeOptions.Section}:AllowAnonymous=true to let clients in without a token (for development).");
        }

        failures.AddRange(options.FindFailures());
        Check(
            options.AdvertisedAddress is null || AccessOptions.Normalize(options.AdvertisedAddress) is not null,
            $"AdvertisedAddress is '{options.AdvertisedAddress}'; it takes http(s)://host[:port].");
        Range(options.MaxMessageBytes, 1024, 64 * 1024 * 1024, "MaxMessageBytes");
        Check(options.MaxGroupsPerConnection is >= 1 and <= 1_000_000, $"MaxGroupsPerConnection is {options.MaxGroupsPerConnection}; it takes 1 to 1000000.");
        Range(options.MaxOutboundBytes, 64 * 1024, 1L << 30, "MaxOutboundBytes");
        Range(options.MaxQueuedPublishBytes, 1024 * 1024, 4L << 30, "MaxQueuedPublishBytes");
        Between(options.PublishTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "PublishTimeout");
        Check(options.MaxUnackedMessages is >= 100 and <= 1_000_000, $"MaxUnackedMessages is {options.MaxUnackedMessages}; it takes 100 to 1000000.");
        Range(options.MaxUnackedBytes, 1024 * 1024, 1L << 30, "MaxUnackedBytes");
        Between(options.SessionTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "SessionTimeout");
        Check(options.EventLoops is null or (>= 0 and <= 64), $"EventLoops is {options.EventLoops}; it takes 0 to 64.");
        Between(options.PingInterval, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(120), "PingInterval");
        Between(options.CloseTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), "CloseTimeout");
        Between(options.DrainWindow, TimeSpan.Zero, TimeSpan.FromHours(1), "DrainWindow");
        Between(options.GroupLinger, TimeSpan.Zero, TimeSpan.FromMinutes(10), "GroupLinger");
        Between(options.NodeRequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), "NodeRequestTimeout");

        foreach (var (hubName, hub) in options.Hubs)
        {
            Check(HubName.TryNormalize(hubName, out _), $"Hubs has '{hubName}', which no hub can be called: a name takes {HubName.Characters}.");
            Check(
                Enum.IsDefined(hub.SlowClients),
                $"Hubs:{hubName}:SlowClients is {hub.SlowClients}; it takes {string.Join(", ", Enum.GetNames<SlowClientPolicy>())}.");
            Check(hub.LogMessages is >= 100 and <= 10_000_000, $"Hubs:{hubName}:LogMessages is {hub.LogMessages}; it takes 100 to 10000000.");
            Range(hub.LogBytes, 1024 * 1024, 4L << 30, $"Hubs:{hubName}:LogBytes");
            Between(hub.LogAge, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24), $"Hubs:{hubName}:LogAge");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

        void Check(bool right, string message)
        {
            if (!right)
            {
                failures.Add($"{NodeOptions.Section}:{message}");
            }
        }

        void Range(long value, long min, long max, string option) =>
            Check(value >= min && value <= max, $"{option} is {value}; it takes {min} to {max} bytes.");

        void Between(TimeSpan value, TimeSpan min, TimeSpan max, string option) =>
            Check(value >= min && value <= max, $"{option} is {value}; it takes {min} to {max} (hours:minutes:seconds).");
    }
}
