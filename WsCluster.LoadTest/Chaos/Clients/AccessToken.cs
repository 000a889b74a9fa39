using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>Makes the clients' access tokens, as an application server would.</summary>
internal static class AccessToken
{
    private static readonly string[] Roles =
        ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup", "wscluster.sendToConnection", "wscluster.sendToUser"];

    /// <summary>A token for all that the clients do; a run of any length ends before it.</summary>
    /// <param name="key">The cluster's access key.</param>
    /// <param name="audience">The hub's address.</param>
    /// <param name="userId">Whose token it is.</param>
    /// <param name="groups">Groups to be in at once.</param>
    public static string Create(string key, string audience, string userId, params string[] groups)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new Dictionary<string, object>
        {
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddDays(30).ToUnixTimeSeconds(),
            ["sub"] = userId,
            ["role"] = Roles,
            ["webpubsub.group"] = groups,
        };
        var signed = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = "HS256", typ = "JWT" }))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
