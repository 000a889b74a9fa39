using System.Net.WebSockets;

namespace WsCluster.Server.Clients;

/// <summary>Why the node closes a connection.</summary>
/// <param name="Status">The close code.</param>
/// <param name="Reason">For people: in the <c>disconnected</c> frame in full, in the close frame as far as its 123 bytes go.</param>
/// <param name="Kind">For metrics.</param>
/// <param name="KeepsSession">Whether a reliable client may come back to its session.</param>
internal sealed record ClientClose(WebSocketCloseStatus Status, string Reason, string Kind, bool KeepsSession = false)
{
    /// <summary>The client has closed, or is gone: there is nobody left to close it for.</summary>
    public static ClientClose Gone { get; } = new(WebSocketCloseStatus.NormalClosure, string.Empty, "Normal", KeepsSession: true);

    /// <summary>The client does not take what it gets as fast as it comes.</summary>
    public static ClientClose SlowClient { get; } =
        new(WebSocketCloseStatus.PolicyViolation, "The client does not read fast enough.", "SlowClient");

    /// <summary>A defect of the node has cost the client a message.</summary>
    public static ClientClose Failed { get; } = new(WebSocketCloseStatus.InternalServerError, "The node has failed to send a message.", "Failed", KeepsSession: true);

    /// <summary>No sign of life after a ping.</summary>
    public static ClientClose PingTimeout { get; } = new(WebSocketCloseStatus.PolicyViolation, "The client did not answer a ping.", "PingTimeout", KeepsSession: true);

    /// <summary>Likewise, of a reliable client: after 1008 it would not come back to its session.</summary>
    public static ClientClose PingTimeoutOfSession { get; } = PingTimeout with { Status = WebSocketCloseStatus.EndpointUnavailable };

    /// <summary>This node is about to stop.</summary>
    public static ClientClose Draining { get; } =
        new(WebSocketCloseStatus.EndpointUnavailable, "The node is about to stop; connect again.", "ServiceReload", KeepsSession: true);

    /// <summary>The client has come back over another connection.</summary>
    public static ClientClose TakenOver { get; } =
        new(WebSocketCloseStatus.NormalClosure, "The client has come back over another connection.", "TakenOver", KeepsSession: true);

    /// <summary>Redis has lost the session.</summary>
    public static ClientClose SessionLost { get; } = new(WebSocketCloseStatus.PolicyViolation, "The session is lost; connect anew.", "SessionLost");

    /// <summary>Messages were lost that the client may have been meant to get.</summary>
    public static ClientClose MessagesLost { get; } =
        new(WebSocketCloseStatus.PolicyViolation, "Messages may be lost; connect anew.", "MessagesLost");

    /// <summary>The client has left more without acknowledgement than it may.</summary>
    public static ClientClose Unacknowledged { get; } =
        new(WebSocketCloseStatus.PolicyViolation, "The client leaves too much without acknowledgement.", "Unacknowledged");

    /// <summary>A message larger than a client may send.</summary>
    public static ClientClose TooBig(int limit) =>
        new(WebSocketCloseStatus.MessageTooBig, $"A message is larger than {limit} bytes.", "MessageTooBig");

    /// <summary>A message that breaks the subprotocol.</summary>
    public static ClientClose Malformed(string reason) => new(WebSocketCloseStatus.InvalidPayloadData, reason, "InvalidPayload");

    /// <summary>A simple client that may not do what it tried.</summary>
    public static ClientClose Forbidden(string reason) => new(WebSocketCloseStatus.PolicyViolation, reason, "Forbidden");

    /// <summary>A simple client's event that nobody handled.</summary>
    public static ClientClose EventFailed(string reason) => new(WebSocketCloseStatus.InternalServerError, reason, "EventFailed");

    /// <summary>A recovery that can't be done.</summary>
    public static ClientClose RecoveryRefused(string reason) => new(WebSocketCloseStatus.PolicyViolation, reason, "RecoveryRefused");

    /// <summary>The reason in at most the 123 bytes of UTF-8 that a close frame has for it, cut between characters.</summary>
    public string CloseFrameReason
    {
        get
        {
            var end = Reason.Length;
            while (System.Text.Encoding.UTF8.GetByteCount(Reason.AsSpan(0, end)) > 123)
            {
                end -= char.IsLowSurrogate(Reason[end - 1]) ? 2 : 1;
            }

            return Reason[..end];
        }
    }
}
