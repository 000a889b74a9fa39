namespace WsCluster.Server.Clients;

/// <summary>Forms in which a message goes out; clients of one kind get the same bytes.</summary>
internal enum FrameKind
{
    /// <summary>The data alone.</summary>
    Raw,

    /// <summary>The data alone, compressed.</summary>
    CompressedRaw,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>JSON, compressed.</summary>
    CompressedJson,

    /// <summary>JSON with a sequenceId.</summary>
    ReliableJson,

    /// <summary>JSON with a sequenceId, compressed.</summary>
    CompressedReliableJson,
}
