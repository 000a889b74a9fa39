using System.Text;
using Microsoft.Extensions.Configuration;
using WsCluster.ServiceDefaults.Configuration;

namespace WsCluster.ServiceDefaults.Security;

/// <summary>Section <c>WsCluster</c>: what those who check access tokens and those who make them must agree on.</summary>
public class AccessOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "WsCluster";

    /// <summary>Fewest bytes of a key.</summary>
    public const int MinKeyBytes = 32;

    /// <summary>Key that signs access tokens (HS256); the UTF-8 bytes of this text, at least 32.</summary>
    public string? AccessKey { get; set; }

    /// <summary>A second key that is valid, too, so that keys can be changed without refusing anybody.</summary>
    public string? SecondaryAccessKey { get; set; }

    /// <summary>Addresses that tokens may be made out to, besides the one a client asked: scheme, host and port, for example of the proxy.</summary>
    public IReadOnlyList<string> PublicEndpoints { get; set; } = [];

    /// <summary>The keys that are set.</summary>
    public IEnumerable<string> AccessKeys => new[] { AccessKey, SecondaryAccessKey }.Where(key => !string.IsNullOrEmpty(key)).Select(key => key!);

    /// <summary>An endpoint in lower case and without a default port, as <see cref="Uri"/> writes it; null if it is no http(s) URL.</summary>
    public static string? Normalize(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? $"{uri.Scheme}://{uri.Authority}".ToLowerInvariant() : null;

    /// <summary>Reads what the binder can't: <see cref="PublicEndpoints"/>, one value or several, brought to the form that is compared.</summary>
    public void ReadEndpoints(IConfiguration configuration) =>
        PublicEndpoints = [.. configuration.GetList($"{Section}:{nameof(PublicEndpoints)}").Select(endpoint => Normalize(endpoint) ?? endpoint)];

    /// <summary>Says of each wrong option its name and what it takes.</summary>
    public IEnumerable<string> FindFailures()
    {
        foreach (var (option, key) in new[] { (nameof(AccessKey), AccessKey), (nameof(SecondaryAccessKey), SecondaryAccessKey) })
        {
            if (!string.IsNullOrEmpty(key) && Encoding.UTF8.GetByteCount(key) < MinKeyBytes)
            {
                yield return $"{Section}:{option} is shorter than {MinKeyBytes} bytes; HS256 takes {MinKeyBytes} or more, " +
                    "for example the output of 'openssl rand -base64 32'.";
            }
        }

        foreach (var endpoint in PublicEndpoints.Where(endpoint => Normalize(endpoint) is null))
        {
            yield return $"{Section}:{nameof(PublicEndpoints)} holds '{endpoint}'; it takes http(s)://host[:port], several separated by ';'.";
        }
    }
}
