using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;
using WsCluster.ServiceDefaults.Security;

namespace WsCluster.Server.Security;

/// <summary>Checks the access tokens of clients: JWT, HS256, signed with one of the access keys, made out to this cluster and hub.</summary>
internal sealed class AccessTokenValidator(NodeOptions options, TimeProvider time)
{
    /// <summary>How far the clocks of the token's maker and ours may be apart.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler _handler = new();

    private readonly SymmetricSecurityKey[] _keys =
        [.. options.AccessKeys.Select(key => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)))];

    /// <summary>Checks a token.</summary>
    /// <param name="token">Compact JWS.</param>
    /// <param name="hub">The hub that the client asks for, normalised.</param>
    /// <param name="request">The client's request.</param>
    public async Task<TokenResult> ValidateAsync(string token, string hub, HttpRequest request)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = _keys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateIssuer = false,
            ValidateAudience = true,
            AudienceValidator = (audiences, _, _) => audiences.Any(audience => IsForUs(audience, hub, request)),
            ValidateLifetime = true,
            LifetimeValidator = IsInTime,
        });
        if (!result.IsValid)
        {
            return new TokenResult(null, StatusCodes.Status401Unauthorized, Explain(result.Exception));
        }

        // Not result.ClaimsIdentity, which throws for some claims that are none of our business, such as an issuer that is null.
        var claims = ((JsonWebToken)result.SecurityToken).Claims.ToArray();
        var users = Values(claims, "sub");
        if (users.Length > 1 || users is [{ Length: > JsonRequestParser.MaxIdLength }])
        {
            return new TokenResult(null, StatusCodes.Status401Unauthorized, "The access token names more than one user, or one with too long an id.");
        }

        var groups = Values(claims, "webpubsub.group");
        if (Array.Find(groups, group => !HubName.IsValidGroup(group)) is { } bad)
        {
            return new TokenResult(null, StatusCodes.Status400BadRequest, $"The access token names the group '{bad}', which is no group name.");
        }

        return new TokenResult(new ClientIdentity(users.FirstOrDefault(), new Permissions(Values(claims, "role")), groups), StatusCodes.Status200OK, null);
    }

    private bool IsInTime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && end > now - ClockSkew && (notBefore is not { } start || start <= now + ClockSkew);
    }

    /// <summary>
    /// An audience is the URL of the hub as the token's maker knows it, which behind a proxy is not the one that this node sees.
    /// </summary>
    private bool IsForUs(string audience, string hub, HttpRequest request)
    {
        if (!Uri.TryCreate(audience, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || !string.Equals(Uri.UnescapeDataString(uri.AbsolutePath).TrimEnd('/'), "/client/hubs/" + hub, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var endpoint = AccessOptions.Normalize($"{uri.Scheme}://{uri.Authority}");
        return options.PublicEndpoints.Contains(endpoint, StringComparer.OrdinalIgnoreCase)
            || endpoint == AccessOptions.Normalize($"{request.Scheme}://{request.Host}")
            || (options.TrustForwardedHeaders
                && endpoint == AccessOptions.Normalize($"{request.Headers["X-Forwarded-Proto"]}://{request.Headers["X-Forwarded-Host"]}"));
    }

    private static string[] Values(Claim[] claims, string type) => [.. claims.Where(claim => claim.Type == type).Select(claim => claim.Value)];

    private static string Explain(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException or SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException =>
            "The access token has expired, is not valid yet, or has no 'exp'.",
        SecurityTokenInvalidAudienceException => "The access token is made out to another address or hub ('aud'). See WsCluster:PublicEndpoints.",
        SecurityTokenInvalidAlgorithmException or SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException =>
            "The access token is not signed with an access key of this cluster by HS256.",
        _ => "The access token is not valid.",
    };
}

/// <summary>The outcome of a check.</summary>
/// <param name="Identity">Who the client is; null when it was refused.</param>
/// <param name="StatusCode">HTTP status of the refusal.</param>
/// <param name="Error">Why it was refused, for the client.</param>
internal sealed record TokenResult(ClientIdentity? Identity, int StatusCode, string? Error);
