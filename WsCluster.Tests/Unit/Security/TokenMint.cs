using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace WsCluster.Tests.Unit.Security;

/// <summary>Makes access tokens by RFC 7515 alone, so that a test shares no code with what it tests.</summary>
internal static class TokenMint
{
    /// <summary>Long enough for HS512 too, so that such a token is refused for its algorithm and not for its key.</summary>
    public const string Key = "primary-key-of-at-least-32-bytes-ä€-and-in-fact-of-more-than-64-bytes";
    public const string SecondaryKey = "secondary-key-of-at-least-32-bytes!";

    /// <summary>A token with this payload.</summary>
    public static string Sign(string payload, string key = Key, string header = """{"alg":"HS256","typ":"JWT"}""", bool sha512 = false)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        var (bytes, secret) = (Encoding.ASCII.GetBytes(signed), Encoding.UTF8.GetBytes(key));
        return $"{signed}.{Encode(sha512 ? HMACSHA512.HashData(secret, bytes) : HMACSHA256.HashData(secret, bytes))}";
    }

    /// <summary>A payload that is right, changed by <paramref name="change"/>.</summary>
    public static string Payload(DateTimeOffset now, Action<JsonObject>? change = null)
    {
        var payload = new JsonObject
        {
            ["aud"] = "http://node:8080/client/hubs/chat",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        change?.Invoke(payload);
        return payload.ToJsonString();
    }

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
