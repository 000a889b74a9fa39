using System.Numerics;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>
/// Bounds what one publisher has in flight. A message leaves the window when every member of the group has it: that means the same for every
/// peer, whatever it acknowledges, and how.
/// </summary>
internal sealed class SendWindow(Publisher publisher, int size)
{
    private readonly int[] _outstanding = new int[BitOperations.RoundUpToPowerOf2((uint)size)];
    private uint _oldest;

    public Publisher Publisher => publisher;

    /// <summary>Whether it waits in the list of those that may send.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Publishes as many messages as have room.</summary>
    public void Fill(long time)
    {
        while (publisher.Sent - _oldest < size)
        {
            _outstanding[Index(publisher.Sent)] = publisher.Group.Size;
            publisher.Publish(time);
        }

        publisher.Connection.Flush();
    }

    /// <summary>A message has reached one more member.</summary>
    /// <returns>Whether there is room now.</returns>
    public bool Delivered(uint sequence)
    {
        if (--_outstanding[Index(sequence)] > 0)
        {
            return false;
        }

        while (_oldest < publisher.Sent && _outstanding[Index(_oldest)] == 0)
        {
            _oldest++;
        }

        return publisher.Sent - _oldest < size;
    }

    private int Index(uint sequence) => (int)(sequence & (uint)(_outstanding.Length - 1));
}
