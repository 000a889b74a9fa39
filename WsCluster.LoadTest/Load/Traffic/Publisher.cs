using WsCluster.LoadTest.Load.Markers;

namespace WsCluster.LoadTest.Load.Traffic;

/// <summary>A numbered stream of messages into one group. Its frame is built once; each message only gets a marker and a filler of its own.</summary>
internal sealed class Publisher
{
    private readonly byte[] _frame;
    private readonly int _markerAt;
    private readonly int _tailAt;
    private readonly MessageFiller _filler;

    /// <param name="id">Index among all publishers.</param>
    /// <param name="group">Where it sends.</param>
    /// <param name="connection">The connection that it sends on.</param>
    /// <param name="frame">A message as the peer takes it, with a marker in it and a filler behind that.</param>
    /// <param name="filler">Fills the messages.</param>
    /// <param name="lane">Index among the publishers of the group.</param>
    public Publisher(int id, Group group, ClientConnection connection, byte[] frame, MessageFiller filler, int lane = 0)
    {
        Id = id;
        Group = group;
        Connection = connection;
        Lane = lane;
        _frame = frame;
        _markerAt = frame.AsSpan().IndexOf(Marker.Prefix);
        _tailAt = _markerAt + Marker.Length + filler.Length;
        _filler = filler;
        group.Add(this);
    }

    public int Id { get; }

    public Group Group { get; }

    public ClientConnection Connection { get; }

    /// <summary>Index among the publishers of the group.</summary>
    public int Lane { get; }

    /// <summary>Messages until now; also the number of the next.</summary>
    public uint Sent { get; private set; }

    /// <summary>Puts the next message into the connection's output.</summary>
    /// <param name="time">What its marker says: when it was (to be) sent.</param>
    public void Publish(long time)
    {
        var target = Connection.Reserve(_frame.Length);
        _frame.AsSpan(0, _markerAt).CopyTo(target);
        new Marker(Id, Sent, time).Write(target[_markerAt..]);
        _filler.Of((uint)Id + Sent).CopyTo(target[(_markerAt + Marker.Length)..]);
        _frame.AsSpan(_tailAt).CopyTo(target[_tailAt..]);
        Sent++;
    }

    /// <summary>Publishes and sends at once.</summary>
    /// <param name="time">What its marker says.</param>
    public void PublishNow(long time)
    {
        Publish(time);
        Connection.Flush();
    }
}
