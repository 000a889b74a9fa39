namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>What can be wrong with a delivery.</summary>
internal enum OffenceKind
{
    /// <summary>Acknowledged, and a receiver has not seen it.</summary>
    Lost,

    /// <summary>A receiver has seen it more than once.</summary>
    Repeated,

    /// <summary>A receiver has seen it after a later one of the same sender to the same target.</summary>
    Reordered,

    /// <summary>A receiver has seen it that it was not for, or nobody has sent it.</summary>
    Misdirected,
}
