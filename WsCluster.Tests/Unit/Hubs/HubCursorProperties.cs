using CsCheck;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>
/// A node reads its inbox, where payloads get lost, repairs itself from the log, and sees Redis lose the end of what it had taken, which
/// its senders send again: every message is delivered once, and each sender's in order.
/// </summary>
public sealed class HubCursorProperties
{
    /// <summary>0 to 6: a batch of 1 to 3 messages, of which two in seven get lost on the way; 7: Redis loses its last 0 to 3 batches.</summary>
    private static readonly Gen<(int Kind, int Sender, int Size)[]> Steps = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 1], Gen.Int[0, 3]).Array[1, 40];

    [Fact]
    public void Every_message_is_delivered_once_and_in_order() => Steps.Sample(
        steps =>
        {
            var world = new World();
            foreach (var (kind, sender, size) in steps)
            {
                if (kind == 7)
                {
                    world.Fail(size, arrives: sender == 0);
                }
                else
                {
                    world.Publish(sender, Math.Max(1, size), arrives: kind < 5);
                }
            }

            world.Publish(0, 1, arrives: true); // Shows what was lost before it.
            for (var sender = 0; sender < 2; sender++)
            {
                Assert.Equal(Enumerable.Range(1, world.Sent[sender]), world.Delivered.Where(message => message.Sender == sender).Select(message => message.Number));
            }
        },
        iter: 1_000);

    private sealed class World
    {
        private readonly HubCursor _cursor = new();
        private readonly List<(BatchHead Head, (int Sender, int Number)[] Messages)> _log = [];
        private long _epoch = 1;
        private long _offset = 100;
        private long _payload;
        private long _batch;

        public World() => _cursor.Begin(_offset, _epoch); // Where the hub was when the node's interest was entered.

        public int[] Sent { get; } = new int[2];

        public List<(int Sender, int Number)> Delivered { get; } = [];

        public void Publish(int sender, int count, bool arrives)
        {
            (int, int)[] messages = [.. Enumerable.Range(Sent[sender] + 1, count).Select(number => (sender, number))];
            Sent[sender] += count;
            Take(new BatchHead(0, 0, 0, ++_batch, $"{sender}"), messages, arrives);
        }

        /// <summary>Redis is back without its last batches; their senders have them.</summary>
        public void Fail(int batches, bool arrives)
        {
            var lost = _log.TakeLast(batches).ToArray();
            _log.RemoveRange(_log.Count - lost.Length, lost.Length);
            _epoch++;
            _offset += 1_000;
            _payload = 0; // The numbers of payloads are lost, too.
            foreach (var (head, messages) in lost.OrderBy(entry => entry.Head.NodeId, StringComparer.Ordinal))
            {
                Take(head with { OriginalFirst = head.First }, messages, arrives);
            }
        }

        private void Take(BatchHead sent, (int, int)[] messages, bool arrives)
        {
            var head = sent with { First = _offset + 1, Epoch = _epoch };
            var payload = ++_payload;
            _offset += messages.Length;
            _log.Add((head, messages));
            if (!arrives)
            {
                return;
            }

            // As Hub.TryDeliver and Hub.Repair do it.
            if (!_cursor.Follows("i", payload, head))
            {
                foreach (var entry in _log.Where(entry => entry.Head.First + entry.Messages.Length - 1 > _cursor.Offset).ToArray())
                {
                    Deliver(entry.Head, entry.Messages);
                }

                _cursor.Advance(_offset);
            }

            _cursor.Enter("i", payload, head);
            Deliver(head, messages);
        }

        private void Deliver(BatchHead head, (int, int)[] messages)
        {
            if (_cursor.TryBegin(head))
            {
                Delivered.AddRange(messages.Where((_, place) => _cursor.TryPass(head.First + place)));
            }
        }
    }
}
