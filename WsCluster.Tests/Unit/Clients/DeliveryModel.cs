using System.Buffers.Binary;
using WsCluster.Server;
using WsCluster.Server.Clients;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>A queue, and what is to come out of it.</summary>
internal sealed class DeliveryModel
{
    private readonly FrameKind _kind;

    public DeliveryModel(FrameKind kind, SlowClientPolicy policy, long limit)
    {
        _kind = kind;
        Queue = new OutboundQueue(limit, policy);
        Queue.Start(Output, first: null);
    }

    public OutboundQueue Queue { get; }

    public ScriptedOutput Output { get; } = new();

    /// <summary>Numbers of all frames, in order.</summary>
    public List<int> Expected { get; } = [];

    /// <summary>Those that no policy may drop.</summary>
    public List<int> Answers { get; } = [];

    public int Dropped { get; private set; }

    /// <summary>A frame that says its length and number, and is full of that.</summary>
    public static byte[] Frame(int number, int length)
    {
        var frame = new byte[length];
        frame.AsSpan().Fill((byte)number);
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        BinaryPrimitives.WriteInt16LittleEndian(frame.AsSpan(4), (short)number);
        return frame;
    }

    /// <summary>Delivers a message, which has a frame for each kind.</summary>
    public void Deliver(int number, byte[][] frames, MessageTopic topic, FrameRuns runs)
    {
        Queue.Deliver(frames[(int)_kind], topic, runs.Start(_kind));
        Expected.Add(number);
    }

    public void Answer(int number, int size)
    {
        Assert.True(Queue.Enqueue(Frame(number, size)));
        Expected.Add(number);
        Answers.Add(number);
    }

    public void FlushDelivered()
    {
        Assert.True(Queue.TryFlushDelivered(out var dropped));
        Dropped += dropped;
    }

    /// <summary>Numbers of the frames that came out; whatever is no whole frame fails.</summary>
    public List<int> Received()
    {
        List<int> numbers = [];
        for (ReadOnlySpan<byte> rest = Output.Taken; rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            int number = BinaryPrimitives.ReadInt16LittleEndian(rest[4..]);
            Assert.Equal(-1, rest[6..length].IndexOfAnyExcept((byte)number));
            numbers.Add(number);
            rest = rest[length..];
        }

        return numbers;
    }
}
