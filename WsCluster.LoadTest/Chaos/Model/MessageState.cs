namespace WsCluster.LoadTest.Chaos.Model;

/// <summary>What the sender knows of its message.</summary>
internal enum MessageState
{
    /// <summary>Not acknowledged yet; the sender goes on trying.</summary>
    Pending,

    /// <summary>Acknowledged: everybody it is for must see it once.</summary>
    Acked,

    /// <summary>Given up, since the sender's session ended or the target was not found: it may have been taken or not.</summary>
    Uncertain,
}
