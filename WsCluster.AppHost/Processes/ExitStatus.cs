using WsCluster.ServiceDefaults.Configuration;

namespace WsCluster.AppHost.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code, as .NET tells it: for a signal 128 and the signal's number.</param>
internal readonly record struct ExitStatus(int Code)
{
    /// <summary>Whether the process said that an option is wrong; starting it again changes nothing.</summary>
    public bool IsInvalidConfiguration => Code == ProgramRunner.InvalidConfiguration;

    public override string ToString() =>
        !OperatingSystem.IsWindows() && Code is > 128 and <= 192 ? $"was ended by {UnixSignal.Name(Code - 128)}" : $"ended with exit code {Code}";
}
