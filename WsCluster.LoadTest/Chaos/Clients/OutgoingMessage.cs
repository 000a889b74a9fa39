using System.Globalization;
using WsCluster.LoadTest.Chaos.Model;

namespace WsCluster.LoadTest.Chaos.Clients;

/// <summary>A message that its sender has no ack for yet.</summary>
/// <param name="message">What the model knows of it.</param>
/// <param name="ackId">Under which it is sent, however often.</param>
internal sealed class OutgoingMessage(SentMessage message, ulong ackId)
{
    public SentMessage Message => message;

    public ulong AckId => ackId;

    /// <summary>When it is sent again after an error; null while an attempt is under way.</summary>
    public TimeSpan? ResendAt { get; set; }

    /// <summary>When it was last sent.</summary>
    public TimeSpan SentAt { get; set; }

    /// <summary>The request, as the JSON subprotocol and WsCluster's additions want it.</summary>
    public string Request => string.Create(CultureInfo.InvariantCulture, $$"""{{Head(message.Target)}},"dataType":"text","data":"{{message.Id}}","ackId":{{ackId}}}""");

    private static string Head(Target target) => target.Kind switch
    {
        TargetKind.Group => $$"""{"type":"sendToGroup","group":"{{target.Name}}" """,
        TargetKind.User => $$"""{"type":"sendToUser","userId":"{{target.Name}}" """,
        _ => $$"""{"type":"sendToConnection","connectionId":"{{target.Name}}" """,
    };
}
