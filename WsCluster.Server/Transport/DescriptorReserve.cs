using Microsoft.Win32.SafeHandles;

namespace WsCluster.Server.Transport;

/// <summary>
/// Descriptors that are held so that clients can't take the last ones: the runtime needs some now and then, and ends the process ("Out of
/// memory.") when it gets none. Not thread-safe.
/// </summary>
internal sealed class DescriptorReserve
{
    private const int Count = 8;

    private readonly List<SafeFileHandle> _held = [];

    /// <summary>Takes what is missing; false, and it has none, when there are not so many.</summary>
    public bool TryTake()
    {
        try
        {
            while (_held.Count < Count)
            {
                _held.Add(File.OpenHandle("/dev/null"));
            }

            return true;
        }
        catch (IOException)
        {
            Release();
            return false;
        }
    }

    /// <summary>Lets others have them.</summary>
    public void Release()
    {
        foreach (var handle in _held)
        {
            handle.Dispose();
        }

        _held.Clear();
    }
}
