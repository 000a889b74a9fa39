namespace WsCluster.ServiceDefaults;

/// <summary>
/// An option is missing or wrong. The message names the option and says what it takes; the process prints it alone, without a stack
/// trace, and exits with code 2 (<see cref="Configuration.ProgramRunner"/>).
/// </summary>
public sealed class InvalidConfigurationException(string message) : Exception(message);
