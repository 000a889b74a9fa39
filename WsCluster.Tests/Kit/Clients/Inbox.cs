namespace WsCluster.Tests.Kit;

/// <summary>What a client has received, in order, with a way to wait for more.</summary>
public sealed class Inbox<T>
{
    private readonly List<T> _items = [];
    private TaskCompletionSource? _changed;

    /// <summary>A copy of what is there.</summary>
    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_items)
            {
                return _items.ToArray();
            }
        }
    }

    /// <summary>Waits for the first item that fits, among those that are there and those that come.</summary>
    public async Task<T> WaitForAsync(Func<T, bool> fits, string because, TimeSpan? deadline = null)
    {
        var next = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(deadline ?? Eventually.DefaultDeadline);
        while (true)
        {
            Task changed;
            lock (_items)
            {
                for (; next < _items.Count; next++)
                {
                    if (fits(_items[next]))
                    {
                        return _items[next];
                    }
                }

                changed = (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Did not receive: {because}. Received {next}: {string.Join(" | ", Items.TakeLast(20))}");
            }
        }
    }

    /// <summary>Waits until there are so many items.</summary>
    public async Task<IReadOnlyList<T>> WaitForCountAsync(int count, TimeSpan? deadline = null)
    {
        var seen = 0;
        if (count > 0)
        {
            await WaitForAsync(_ => ++seen >= count, $"{count} in all", deadline);
        }

        return Items;
    }

    internal void Add(T item)
    {
        TaskCompletionSource? changed;
        lock (_items)
        {
            _items.Add(item);
            (changed, _changed) = (_changed, null);
        }

        changed?.TrySetResult();
    }
}
