using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WsCluster.ServiceDefaults.Security;

namespace WsCluster.Proxy.Demo;

/// <summary>Makes the access tokens of the demo's clients, as an application's own server would.</summary>
internal sealed class DemoTokens(IOptions<AccessOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Everything that the page shows: groups, and sending to connections, users and everyone.</summary>
    private static readonly string[] Roles =
        ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup", "wscluster.sendToConnection", "wscluster.sendToUser", "wscluster.broadcast"];

    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>A token for a user of a hub, who comes by way of <paramref name="endpoint"/> (scheme, host, port).</summary>
    public string Create(string hub, string userId, string endpoint)
    {
        var access = options.Value;
        var now = time.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = userId, ["role"] = Roles },
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(access.AccessKeys.First())), SecurityAlgorithms.HmacSha256),
        };

        // The nodes know the endpoints that are configured; the one asked at may be another name of this machine.
        foreach (var audience in access.PublicEndpoints.Append(endpoint).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            descriptor.Audiences.Add($"{audience}/client/hubs/{hub}");
        }

        return _handler.CreateToken(descriptor);
    }
}
