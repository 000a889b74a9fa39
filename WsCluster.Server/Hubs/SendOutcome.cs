namespace WsCluster.Server.Hubs;

/// <summary>How a request ended, as an ack reports it.</summary>
/// <param name="Error">Name of the error; null is success.</param>
/// <param name="Message">For people.</param>
internal readonly record struct SendOutcome(string? Error, string? Message)
{
    public static SendOutcome Success => default;

    public static SendOutcome Unavailable { get; } =
        new(ErrorName.InternalServerError, "The cluster's Redis did not take the request. Try again.");

    public static SendOutcome Busy { get; } =
        new(ErrorName.InternalServerError, "The node has more requests waiting than it may hold. Try again later.");

    public bool IsSuccess => Error is null;

    /// <summary>The request had been executed before, and was not again.</summary>
    public static SendOutcome Repeated(ulong ackId) => new(ErrorName.Duplicate, $"The request with ackId {ackId} was processed already.");

    public static SendOutcome NotFound(string what) => new(ErrorName.NotFound, what);
}

/// <summary>Names of errors on acks that the protocol knows.</summary>
internal static class ErrorName
{
    public const string Forbidden = "Forbidden";
    public const string Duplicate = "Duplicate";
    public const string InternalServerError = "InternalServerError";
    public const string BadRequest = "BadRequest";
    public const string NotFound = "NotFound";
}
