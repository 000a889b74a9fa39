using System.Diagnostics;

namespace WsCluster.Tests.Kit;

/// <summary>Waits for conditions. Deadlines are generous: they bound a failing test, they don't measure a passing one.</summary>
public static class Eventually
{
    /// <summary>The deadline of waits that name none.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a condition holds; fails the test with <paramref name="because"/> when it doesn't in time.</summary>
    /// <returns>How long it took, for those who want to report it.</returns>
    public static async Task<TimeSpan> True(Func<Task<bool>> condition, string because, TimeSpan? deadline = null)
    {
        var watch = Stopwatch.StartNew();
        var limit = deadline ?? DefaultDeadline;
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await condition())
                {
                    return watch.Elapsed;
                }

                last = null;
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                // Something that is starting, stopping or restarting refuses; that is what is waited for.
                last = exception;
            }

            if (watch.Elapsed > limit)
            {
                Assert.Fail($"Not within {limit.TotalSeconds:0.#} s: {because}{(last is null ? "" : $" (last: {last.Message})")}");
            }

            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc cref="True(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task<TimeSpan> True(Func<bool> condition, string because, TimeSpan? deadline = null) =>
        True(() => Task.FromResult(condition()), because, deadline);

    /// <summary>Awaits a task, but no longer than the deadline.</summary>
    public static async Task<T> Within<T>(this Task<T> task, string because, TimeSpan? deadline = null)
    {
        await ((Task)task).Within(because, deadline);
        return await task;
    }

    /// <inheritdoc cref="Within{T}(Task{T}, string, TimeSpan?)"/>
    public static async Task Within(this Task task, string because, TimeSpan? deadline = null)
    {
        var limit = deadline ?? DefaultDeadline;
        try
        {
            await task.WaitAsync(limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"Not within {limit.TotalSeconds:0.#} s: {because}");
        }
    }

    private static bool IsPassing(Exception exception) => exception
        is HttpRequestException
        or IOException
        or System.Net.Sockets.SocketException
        or System.Net.WebSockets.WebSocketException
        or StackExchange.Redis.RedisException
        or TimeoutException
        or TaskCanceledException;
}
