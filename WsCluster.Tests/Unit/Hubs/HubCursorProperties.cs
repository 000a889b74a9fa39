using CsCheck;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>
/// A node reads its inbox, where payloads get lost, repairs itself from the log, and sees Redis lose the end of what it had taken, which
/// its sender sends again: every message is delivered once, in order.
/// </summary>
public sealed class HubCursorProperties
{
    /// <summary>0 to 4: a batch of 1 to 3 messages, which arrives; 5, 6: one that gets lost; 7: Redis loses its last 0 to 3 batches.</summary>
    private static readonly Gen<(int Kind, int Size)[]> Steps = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3]).Array[1, 40];

    [Fact]
    public void Every_message_is_delivered_once_and_in_order() => Steps.Sample(steps =>
    {
        var world = new World();
        foreach (var (kind, size) in steps)
        {
            if (kind == 7)
            {
                world.Fail(size);
            }
            else
            {
                world.Publish(Math.Max(1, size), arrives: kind < 5);
            }
        }

        world.Publish(1, arrives: true); // Shows what was lost before it.
        Assert.Equal(Enumerable.Range(1, world.Sent), world.Delivered);
    });

    private sealed class World
    {
        private readonly HubCursor _cursor = new();
        private readonly List<(BatchHead Head, int[] Messages)> _log = [];
        private long _epoch = 1;
        private long _offset = 100;
        private long _number;

        public World() => _cursor.Begin(_offset, _epoch); // Where the hub was when the node's interest was entered.

        public int Sent { get; private set; }

        public List<int> Delivered { get; } = [];

        public void Publish(int count, bool arrives)
        {
            int[] messages = [.. Enumerable.Range(Sent + 1, count)];
            Sent += count;
            Take(messages, original: 0, arrives);
        }

        /// <summary>Redis is back without its last batches; the sender has them.</summary>
        public void Fail(int batches)
        {
            var lost = _log.TakeLast(batches).Where(entry => entry.Head.Epoch == _epoch).ToArray();
            _log.RemoveRange(_log.Count - lost.Length, lost.Length);
            _epoch++;
            _offset += 1_000;
            _number = 0; // The numbers of payloads are lost, too.
            foreach (var (head, messages) in lost)
            {
                Take(messages, original: head.First, arrives: true);
            }
        }

        private void Take(int[] messages, long original, bool arrives)
        {
            var head = new BatchHead(_offset + 1, original, _epoch, ++_number);
            _offset += messages.Length;
            _log.Add((head, messages));
            if (!arrives)
            {
                return;
            }

            // As Hub.TryDeliver and Hub.Repair do it.
            if (!_cursor.Follows("i", head))
            {
                foreach (var entry in _log.Where(entry => entry.Head.First + entry.Messages.Length - 1 > _cursor.Offset).ToArray())
                {
                    _cursor.EnterEpoch(entry.Head);
                    Deliver(entry.Head, entry.Messages);
                }

                _cursor.Advance(_offset);
            }

            _cursor.Enter("i", head);
            Deliver(head, messages);
        }

        private void Deliver(BatchHead head, int[] messages) =>
            Delivered.AddRange(messages.Where((_, place) => _cursor.TryPass(head, place)));
    }
}
