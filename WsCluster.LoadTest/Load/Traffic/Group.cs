namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>A group, its members and its publishers.</summary>
/// <param name="name">As the peer knows it: letters, digits, '-'.</param>
internal sealed class Group(string name)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Who sends to it; complete before the first member is added.</summary>
    public List<Publisher> Publishers { get; } = [];

    /// <summary>Who is in it.</summary>
    public List<Subscriber> Members { get; } = [];
}
