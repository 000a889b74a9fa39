using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace WsCluster.Proxy.Demo;

/// <summary><c>GET /demo/negotiate?hub=&amp;user=</c>: where a client of the demo connects, token included.</summary>
internal static partial class NegotiateEndpoint
{
    private const int MaxUserLength = 128;

    public static Results<Ok<Negotiation>, ProblemHttpResult> Negotiate(string? hub, string? user, HttpContext context, DemoTokens tokens)
    {
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        if (hub is null || !DemoHub().IsMatch(hub))
        {
            return BadRequest($"'hub' is '{hub}'; it takes demo, or demo_ and up to 60 of a-z, 0-9 and '_'. Tokens for other hubs are up to your own server.");
        }

        if (user is not { Length: > 0 and <= MaxUserLength } || user.Any(char.IsControl) || string.IsNullOrWhiteSpace(user))
        {
            return BadRequest($"'user' has {user?.Length ?? 0} characters; it takes the user's id, 1 to {MaxUserLength} printable characters.");
        }

        var request = context.Request;
        var token = tokens.Create(hub, user, $"{request.Scheme}://{request.Host}");
        var scheme = request.IsHttps ? "wss" : "ws";
        return TypedResults.Ok(new Negotiation($"{scheme}://{request.Host}/client/hubs/{hub}?access_token={token}", hub, user));
    }

    private static ProblemHttpResult BadRequest(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    // Where the demo is switched on outside development, everybody gets tokens: they must not open the hubs of others.
    [GeneratedRegex(@"\Ademo(_[a-z0-9_]{1,60})?\z")]
    private static partial Regex DemoHub();

    /// <param name="Url">URL to open the WebSocket at.</param>
    /// <param name="Hub">The hub.</param>
    /// <param name="UserId">The user.</param>
    internal sealed record Negotiation(string Url, string Hub, string UserId);
}
