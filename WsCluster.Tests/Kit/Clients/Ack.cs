namespace WsCluster.Tests.Kit;

/// <summary>An <c>ack</c> frame.</summary>
/// <param name="AckId">Id of the request.</param>
/// <param name="Success">Whether it was done.</param>
/// <param name="Error">Name of the error; null on success.</param>
/// <param name="Message">Text of the error; null on success.</param>
public sealed record Ack(ulong AckId, bool Success, string? Error, string? Message);
