namespace WsCluster.LoadTest.CommandLine;

/// <summary>Exit codes of the tool.</summary>
internal static class ExitCode
{
    /// <summary>Measured, and every message came once and in order.</summary>
    public const int Success = 0;

    /// <summary>Something was lost, repeated, reordered, or a connection was ended by the server.</summary>
    public const int BadDelivery = 1;

    /// <summary>An option is wrong.</summary>
    public const int WrongOption = 2;

    /// <summary>The peer could not be started or connected to.</summary>
    public const int CannotRun = 3;

    /// <summary>Stopped by Ctrl-C or SIGTERM.</summary>
    public const int Stopped = 130;
}
