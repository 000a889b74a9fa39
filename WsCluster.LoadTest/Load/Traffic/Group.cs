namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>A group, its members and its publishers.</summary>
/// <param name="name">As the peer knows it: letters, digits, '-'.</param>
/// <param name="lanes">How many publishers it is going to have; each member's deliveries are checked for each of them.</param>
internal sealed class Group(string name, int lanes = 1)
{
    private readonly Publisher[] _publishers = new Publisher[lanes];

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>How many publishers it is going to have.</summary>
    public int Lanes => lanes;

    /// <summary>Who sends to it.</summary>
    public IReadOnlyList<Publisher> Publishers => _publishers;

    /// <summary>Number of members.</summary>
    public int Size { get; private set; }

    /// <summary>Adds a publisher.</summary>
    public void Add(Publisher publisher) => _publishers[publisher.Lane] = publisher;

    /// <summary>Counts one more member.</summary>
    public void AddMember() => Size++;
}
