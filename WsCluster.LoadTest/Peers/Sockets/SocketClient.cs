using System.Net.Sockets;
using System.Runtime.InteropServices;
using WsCluster.LoadTest.Load.Sockets;

namespace WsCluster.LoadTest.Peers.Sockets;

/// <summary>A client of the floor: its handshake, and then its messages if it is one that sends.</summary>
internal sealed class SocketClient(Socket socket, EventLoop loop, Func<string, SocketGroup> groups) : IReadyHandler
{
    /// <summary>What a member is told when it is one.</summary>
    public static readonly byte[] Joined = "joined"u8.ToArray();

    private static readonly byte[] JoinedFrame = ServerFrame.Build(Joined);

    private readonly int _descriptor = (int)socket.Handle;
    private readonly ConnectionOutput _output = new();
    private int _key;
    private bool _blocked;
    private bool _closed;
    private SocketGroup? _group;
    private bool _isMember;

    /// <summary>What was read and is not whole yet.</summary>
    private byte[] _partial = [];

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        socket.NoDelay = true;
        _key = loop.Register(_descriptor, this);
    }

    /// <summary>Sends bytes; only what the socket does not take now is copied.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!_blocked)
        {
            var sent = Native.Send(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Native.DontWait | Native.NoSignal);
            if (sent < 0 && Marshal.GetLastPInvokeError() != Native.Again)
            {
                Close();
            }

            bytes = bytes[(int)Math.Max(0, sent)..];
            if (_closed || bytes.IsEmpty)
            {
                return;
            }

            _blocked = true;
            loop.WatchWritable(_key, _descriptor, watch: true);
        }

        bytes.CopyTo(_output.Reserve(bytes.Length));
    }

    public void OnReady(bool readable, bool writable)
    {
        if (writable && _output.Flush(_descriptor) is FlushResult.Done or FlushResult.Unblocked)
        {
            _blocked = false;
            loop.WatchWritable(_key, _descriptor, watch: false);
        }

        // A broken socket is readable, too: the read says so.
        if (readable)
        {
            Read();
        }
    }

    private void Read()
    {
        var buffer = loop.ReadBuffer;
        var count = (int)Native.Receive(_descriptor, ref buffer[0], buffer.Length, Native.DontWait);
        if (count <= 0)
        {
            if (count == 0 || Marshal.GetLastPInvokeError() is not (Native.Again or Native.Interrupted))
            {
                Close();
            }

            return;
        }

        // Rarely is anything left over: messages are short, and come whole.
        var bytes = _partial.Length == 0 ? buffer.AsSpan(0, count) : [.. _partial, .. buffer.AsSpan(0, count)];
        var taken = _group is null ? TakeRequest(bytes) : 0;
        while (_group is not null && ClientFrameReader.TryRead(bytes[taken..], out var length, out var message))
        {
            taken += length;
            if (!_isMember && !message.IsEmpty)
            {
                _group.Append(message);
            }
        }

        _partial = taken == bytes.Length ? [] : bytes[taken..].ToArray();
    }

    private int TakeRequest(ReadOnlySpan<byte> bytes)
    {
        if (!UpgradeAnswer.TryBuild(bytes, out var length, out var path, out var answer))
        {
            return 0;
        }

        if (path is not ["sub" or "pub", var name])
        {
            Close();
            return length;
        }

        Send(answer);
        _group = groups(name);
        _isMember = path[0] == "sub";
        if (_isMember)
        {
            _group.Add(this);
            Send(JoinedFrame);
        }

        return length;
    }

    private void Close()
    {
        if (!_closed)
        {
            _closed = true;
            loop.Unregister(_key, _descriptor);
            socket.Dispose();
            if (_isMember)
            {
                _group!.Remove(this);
            }
        }
    }
}
