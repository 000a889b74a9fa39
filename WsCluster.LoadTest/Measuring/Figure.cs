namespace WsCluster.LoadTest.Measuring;

/// <summary>One measured value.</summary>
internal sealed record Figure(Metric Metric, double Value);
