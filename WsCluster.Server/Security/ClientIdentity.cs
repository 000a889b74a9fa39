namespace WsCluster.Server.Security;

/// <summary>Who a client is, by its access token.</summary>
/// <param name="UserId">The user, null for an anonymous client.</param>
/// <param name="Permissions">What it may do.</param>
/// <param name="Groups">Groups to join at once.</param>
internal sealed record ClientIdentity(string? UserId, Permissions Permissions, IReadOnlyCollection<string> Groups);
