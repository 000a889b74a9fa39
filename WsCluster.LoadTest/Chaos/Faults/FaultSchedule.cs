namespace WsCluster.LoadTest.Chaos.Faults;

/// <summary>In which order faults come: each once in a random order, then each once again in another. One seed gives one schedule.</summary>
internal sealed class FaultSchedule(IReadOnlyList<IFault> faults, Random random)
{
    private readonly Queue<IFault> _ahead = new();

    public IFault Next()
    {
        if (_ahead.Count == 0)
        {
            var shuffled = faults.ToArray();
            random.Shuffle(shuffled);
            foreach (var fault in shuffled)
            {
                _ahead.Enqueue(fault);
            }
        }

        return _ahead.Dequeue();
    }
}
