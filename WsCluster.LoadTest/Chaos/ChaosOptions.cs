using WsCluster.LoadTest.Chaos.Servers;

namespace WsCluster.LoadTest.Chaos;

/// <summary>What a run of the fault suite is like.</summary>
internal sealed record ChaosOptions
{
    /// <summary>First of the ports for what is started.</summary>
    public required int Port { get; init; }

    /// <summary>Nodes at the start, and after each fault.</summary>
    public required int Nodes { get; init; }

    /// <summary>The Redis.</summary>
    public required RedisKind Redis { get; init; }

    /// <summary>Clients in all.</summary>
    public required int Clients { get; init; }

    /// <summary>How many of them are the real SDK.</summary>
    public required int SdkClients { get; init; }

    /// <summary>Groups that clients are in.</summary>
    public required int Groups { get; init; }

    /// <summary>Messages per second, from all clients together.</summary>
    public required int Rate { get; init; }

    /// <summary>Decides who sends what to whom, and which fault comes when.</summary>
    public required int Seed { get; init; }

    /// <summary>No round begins after that.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Most rounds; 0 for as many as the time allows.</summary>
    public required int Rounds { get; init; }

    /// <summary>Traffic before each fault, and after it once all is well again.</summary>
    public required TimeSpan Calm { get; init; }
}
