using System.Net;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;
using WsCluster.ServiceDefaults;

namespace WsCluster.AppHost.Configuration;

/// <summary>The option <c>Cluster:Redis</c> and the connection string that beats it.</summary>
internal static class RedisOption
{
    private const string Name = ClusterAppOptions.Section + ":" + nameof(ClusterAppOptions.Redis);
    private const string ConnectionStringName = "ConnectionStrings:" + ClusterAppOptions.ConnectionName;

    public static ClusterAppOptions Apply(ClusterAppOptions options, IConfiguration configuration)
    {
        if (configuration.GetConnectionString(ClusterAppOptions.ConnectionName) is { } given && !string.IsNullOrWhiteSpace(given))
        {
            return Parse(given) is not null
                ? options with { Redis = RedisSource.External, RedisConnectionString = given }
                : throw new InvalidConfigurationException($"{ConnectionStringName} is no StackExchange.Redis connection string; it takes HOST:PORT, options after it.");
        }

        var text = configuration[Name]?.Trim();
        switch (text?.ToLowerInvariant())
        {
            case null or "" or "auto": return options with { Redis = RedisSource.Auto };
            case "embedded": return options with { Redis = RedisSource.Embedded };
            case "container": return options with { Redis = RedisSource.Container };
        }

        // A port is asked for: without one every misspelt word would be taken for the name of a host. The value itself may hold a
        // password and stays out of the message.
        return Parse(text) is { } parsed && parsed.EndPoints.All(HasPort)
            ? options with { Redis = RedisSource.External, RedisConnectionString = text }
            : throw new InvalidConfigurationException(
                $"{Name} is neither 'auto', 'embedded', 'container' nor a connection string; it takes one of these words, HOST:PORT, " +
                "or a StackExchange.Redis connection string with a port (redis:6379,password=...).");
    }

    /// <summary>The endpoints of a connection string, for people: no password, no user.</summary>
    public static string Describe(string connectionString) =>
        string.Join(", ", ConfigurationOptions.Parse(connectionString).EndPoints.Select(
            endpoint => endpoint is DnsEndPoint dns ? $"{dns.Host}:{(dns.Port == 0 ? 6379 : dns.Port)}" : endpoint.ToString()));

    private static ConfigurationOptions? Parse(string connectionString)
    {
        try
        {
            var options = ConfigurationOptions.Parse(connectionString);
            return options.EndPoints.Count > 0 ? options : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool HasPort(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint dns => dns.Port != 0,
        IPEndPoint ip => ip.Port != 0,
        _ => true,
    };
}
