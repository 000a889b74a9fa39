namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>Where a message goes.</summary>
/// <param name="Kind">What it is sent to.</param>
/// <param name="Name">Name of the group, id of the user or the connection.</param>
internal readonly record struct Target(TargetKind Kind, string Name)
{
    public static Target Group(string name) => new(TargetKind.Group, name);

    public static Target User(string id) => new(TargetKind.User, id);

    public static Target Connection(string id) => new(TargetKind.Connection, id);

    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} {Name}";
}
