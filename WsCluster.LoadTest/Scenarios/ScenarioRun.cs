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
        var before = count();
        var cpuBefore = Meter.ReadCpu();
        RunFor(times.Duration, count, unit);
        var use = Meter.ReadCpu().Since(cpuBefore);
        return new Measurement(count() - before, use, Meter);
    }

    /// <summary>Warms up, then measures deliveries and their latency.</summary>
    public Measurement MeasureDeliveries(MessageTraffic traffic) => MeasureDeliveries(() => traffic.Deliveries, traffic.Latency);

    /// <summary>Warms up, then measures deliveries and latencies.</summary>
    /// <param name="count">Deliveries until now.</param>
    /// <param name="latencies">What is recorded meanwhile.</param>
    public Measurement MeasureDeliveries(Func<long> count, params LatencyRecorder[] latencies)
    {
        WarmUp(count, "deliveries/s");
        foreach (var latency in latencies)
        {
            latency.Start();
        }

        var measurement = Measure(count, "deliveries/s");
        foreach (var latency in latencies)
        {
            latency.Stop();
        }

        return measurement;
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
