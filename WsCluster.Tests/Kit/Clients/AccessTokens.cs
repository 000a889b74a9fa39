using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WsCluster.Tests.Kit;

/// <summary>Makes access tokens by hand, so that wrong ones can be made, too.</summary>
public static class AccessTokens
{
    /// <summary>Primary key of every test cluster.</summary>
    public const string AccessKey = "the primary key of all test clusters, 32 bytes or more";

    /// <summary>Secondary key of every test cluster.</summary>
    public const string SecondaryAccessKey = "the secondary key of all test clusters, 32 bytes or more";

    /// <summary>A right token: HS256 over the primary key, an hour's life.</summary>
    public static string Create(string audience, string? userId = null, string[]? roles = null, string[]? groups = null) =>
        Sign(Claims(audience, userId, roles, groups));

    /// <summary>Claims of a right token, to be changed by tests that want a wrong one.</summary>
    public static Dictionary<string, object?> Claims(
        string audience, string? userId = null, string[]? roles = null, string[]? groups = null)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new Dictionary<string, object?>
        {
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        if (userId is not null)
        {
            claims["sub"] = userId;
        }

        if (roles is not null)
        {
            claims["role"] = roles;
        }

        if (groups is not null)
        {
            claims["webpubsub.group"] = groups;
        }

        return claims;
    }

    /// <summary>Signs claims; the header's algorithm and the one used are the same unless it is <c>none</c>.</summary>
    public static string Sign(IReadOnlyDictionary<string, object?> claims, string key = AccessKey, string algorithm = "HS256")
    {
        var header = Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT" }));
        var signed = $"{header}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var (keyBytes, text) = (Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed));
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(keyBytes, text),
            "HS512" => HMACSHA512.HashData(keyBytes, text),
            "none" => [],
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
        };
        return $"{signed}.{Encode(signature)}";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
