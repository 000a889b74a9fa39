namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>Something that happened to a client or a message.</summary>
/// <param name="At">When, since the start of the run.</param>
/// <param name="What">What, in words.</param>
internal readonly record struct HistoryEntry(TimeSpan At, string What)
{
    public override string ToString() => $"{At.TotalSeconds,9:0.000} s  {What}";
}
