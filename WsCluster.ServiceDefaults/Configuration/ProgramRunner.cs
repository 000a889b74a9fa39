using Microsoft.Extensions.Options;

namespace WsCluster.ServiceDefaults.Configuration;

/// <summary>Runs a process's <c>Program</c> so that an operator gets a message instead of a stack trace.</summary>
public static class ProgramRunner
{
    /// <summary>Exit code for a wrong option.</summary>
    public const int InvalidConfiguration = 2;

    /// <summary>Exit code for a process that could not start, for example because its port is taken.</summary>
    public const int CannotStart = 3;

    /// <summary>Runs <paramref name="program"/>.</summary>
    /// <returns>0, <see cref="InvalidConfiguration"/> or <see cref="CannotStart"/>; in the latter cases the reason is on standard error.</returns>
    public static async Task<int> RunAsync(Func<Task> program)
    {
        try
        {
            await program();
            return 0;
        }
        catch (InvalidConfigurationException exception)
        {
            await Console.Error.WriteLineAsync("Configuration error: " + exception.Message);
            return InvalidConfiguration;
        }
        catch (OptionsValidationException exception)
        {
            foreach (var failure in exception.Failures)
            {
                await Console.Error.WriteLineAsync("Configuration error: " + failure);
            }

            return InvalidConfiguration;
        }
        catch (InvalidOperationException exception) when (exception.InnerException is FormatException or ArgumentException
            && exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal))
        {
            // The binder's own message names the key and the type it wants.
            await Console.Error.WriteLineAsync("Configuration error: " + exception.Message);
            return InvalidConfiguration;
        }
        catch (IOException exception)
        {
            await Console.Error.WriteLineAsync("Cannot start: " + exception.Message);
            return CannotStart;
        }
    }
}
