namespace WsCluster.LoadTest.Chaos.Faults;

/// <summary>Stops a process for a while, which its kernel's sockets do not show.</summary>
internal static class Pause
{
    private const int Continue = 18;
    private const int Stop = 19;

    public static async Task ForAsync(Action<int> send, TimeSpan time, CancellationToken stop)
    {
        send(Stop);
        try
        {
            await Task.Delay(time, stop);
        }
        finally
        {
            send(Continue);
        }
    }
}
