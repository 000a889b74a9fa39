using System.Buffers;

namespace WsCluster.LoadTest.Peers.Kestrel;

/// <summary>
/// Writes to the members of a group: what comes in while one round of writes is under way is the next batch, and each member gets a batch
/// in one write of the same bytes. A member that does not read holds up the others.
/// </summary>
internal sealed class MemberGroup : IThreadPoolWorkItem
{
    /// <summary>What a member is told when it is one.</summary>
    public static readonly byte[] Joined = "joined"u8.ToArray();

    private static readonly byte[] JoinedFrame = ServerFrame.Build(Joined);

    private readonly Lock _gate = new();
    private readonly HashSet<Stream> _members = [];
    private readonly List<Stream> _newcomers = [];
    private readonly List<Stream> _leavers = [];
    private ArrayBufferWriter<byte> _waiting = new();
    private ArrayBufferWriter<byte> _batch = new();
    private bool _busy;

    /// <summary>Adds a member, and tells it.</summary>
    public void Add(Stream stream)
    {
        lock (_gate)
        {
            _newcomers.Add(stream);
            Wake();
        }
    }

    /// <summary>Removes a member.</summary>
    public void Remove(Stream stream)
    {
        lock (_gate)
        {
            _leavers.Add(stream);
            Wake();
        }
    }

    /// <summary>Sends a message to all members.</summary>
    public void Send(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            ServerFrame.Append(_waiting, message);
            Wake();
        }
    }

    public void Execute() => _ = RunAsync();

    private void Wake()
    {
        if (!_busy)
        {
            _busy = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task RunAsync()
    {
        while (TryTake(out var newcomers))
        {
            await Task.WhenAll(newcomers.Select(stream => WriteAsync(stream, JoinedFrame).AsTask()));
            _members.UnionWith(newcomers);
            if (_batch.WrittenCount > 0)
            {
                await WriteToAllAsync(_batch.WrittenMemory);
                _batch.ResetWrittenCount();
            }
        }
    }

    /// <summary>Takes what has come; false if nothing has, and then this is not busy any more.</summary>
    private bool TryTake(out Stream[] newcomers)
    {
        lock (_gate)
        {
            _members.ExceptWith(_leavers);
            newcomers = [.. _newcomers.Except(_leavers)];
            _newcomers.Clear();
            _leavers.Clear();
            (_waiting, _batch) = (_batch, _waiting);
            return _busy = newcomers.Length > 0 || _batch.WrittenCount > 0;
        }
    }

    private async Task WriteToAllAsync(ReadOnlyMemory<byte> frames)
    {
        List<Task>? slow = null;
        foreach (var member in _members)
        {
            var write = WriteAsync(member, frames);
            if (!write.IsCompleted)
            {
                (slow ??= []).Add(write.AsTask());
            }
        }

        if (slow is not null)
        {
            await Task.WhenAll(slow);
        }
    }

    private static async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> frames)
    {
        try
        {
            await stream.WriteAsync(frames);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The member has gone; its request's end removes it.
        }
    }
}
