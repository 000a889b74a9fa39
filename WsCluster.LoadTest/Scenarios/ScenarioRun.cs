using System.Diagnostics;
using WsCluster.LoadTest.Load.Sockets;
using WsCluster.LoadTest.Load.Traffic;
using WsCluster.LoadTest.Measuring;
using WsCluster.LoadTest.Peers;

namespace WsCluster.LoadTest.Scenarios;

/// <summary>One run of a scenario against one peer: its loop, its parameters, and how it is measured.</summary>
internal sealed class ScenarioRun(
    IPeer peer, EventLoop loop, IReadOnlyDictionary<Parameter, int> parameters, ScenarioTimes times, IProgress<string> progress)
{
    /// <summary>A load that has stood still so long is over: what is missing will not come.</summary>
    private const int MaxIdleSeconds = 5;

    public IPeer Peer => peer;

    public EventLoop Loop => loop;

    public ScenarioTimes Times => times;

    /// <summary>Reads the peer's processes.</summary>
    public ProcessMeter Meter { get; } = new(peer.Processes);

    /// <summary>The value of a parameter of this scenario.</summary>
    public int this[Parameter parameter] => parameters[parameter];

    /// <summary>Runs the load that is not measured.</summary>
    public void WarmUp(Func<long> count, string unit) => RunFor(times.WarmUp, count, $"{unit} (warm-up)");

    /// <summary>Runs the load that is measured.</summary>
    /// <param name="count">What is counted, until now.</param>
    /// <param name="unit">What it is.</param>
    public Measurement Measure(Func<long> count, string unit)
    {
        var (before, bytesBefore) = (count(), loop.BytesReceived);
        var cpuBefore = Meter.ReadCpu();
        RunFor(times.Duration, count, unit);
        var use = Meter.ReadCpu().Since(cpuBefore);
        return new Measurement(count() - before, loop.BytesReceived - bytesBefore, use, Meter);
    }

    /// <summary>Opens all connections, warms up, measures deliveries and latencies, and checks what came once all should be there.</summary>
    /// <param name="traffic">The connections.</param>
    /// <param name="start">Starts the load.</param>
    /// <param name="stop">Stops it.</param>
    /// <param name="others">Deliveries besides those of <paramref name="traffic"/>.</param>
    /// <param name="latencies">What is recorded besides the latency of <paramref name="traffic"/>.</param>
    public (Measurement Measurement, Integrity Integrity) MeasureDeliveries(
        MessageTraffic traffic, Action start, Action stop, Func<long>? others = null, params LatencyRecorder[] latencies)
    {
        long Count() => traffic.Deliveries + (others?.Invoke() ?? 0);
        latencies = [traffic.Latency, .. latencies];
        traffic.Open();
        start();
        WarmUp(Count, "deliveries/s");
        Array.ForEach(latencies, latency => latency.Start());
        var measurement = Measure(Count, "deliveries/s");
        Array.ForEach(latencies, latency => latency.Stop());
        stop();
        traffic.Drain();
        var integrity = traffic.Check();
        traffic.Close();
        return (measurement, integrity);
    }

    /// <summary>Tells whoever watches.</summary>
    public void Report(string text) => progress.Report(text);

    private void RunFor(TimeSpan time, Func<long> count, string unit)
    {
        var last = count();
        var idleSeconds = 0;
        var seconds = 0;
        var stopped = false;

        void Tick()
        {
            if (stopped)
            {
                return;
            }

            var now = count();
            idleSeconds = now == last ? idleSeconds + 1 : 0;
            progress.Report($"{++seconds}/{time.TotalSeconds:0} s  {now - last:N0} {unit}");
            last = now;
            loop.Schedule(Stopwatch.GetTimestamp() + Stopwatch.Frequency, Tick);
        }

        loop.Schedule(Stopwatch.GetTimestamp() + Stopwatch.Frequency, Tick);
        loop.Run(() => idleSeconds >= MaxIdleSeconds, time);
        stopped = true;
    }
}
