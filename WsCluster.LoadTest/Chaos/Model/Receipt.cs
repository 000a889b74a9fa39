namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>A message that a client's application was handed.</summary>
/// <param name="Client">Who.</param>
/// <param name="At">When.</param>
/// <param name="SequenceId">Under which sequenceId.</param>
internal readonly record struct Receipt(ClientRecord Client, TimeSpan At, long SequenceId);
