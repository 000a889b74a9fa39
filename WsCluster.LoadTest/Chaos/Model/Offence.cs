namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>A message that was not delivered as it should have been.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">Which message.</param>
/// <param name="Receiver">At which receiver.</param>
internal sealed record Offence(OffenceKind Kind, SentMessage Message, ClientRecord Receiver);
