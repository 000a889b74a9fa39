using CsCheck;
using WsCluster.Server.Clients;
using WsCluster.Server.Clients.Json;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Unit.Support;

namespace WsCluster.Tests.Unit.Clients;

public sealed class RequestLedgerProperties
{
    /// <summary>0: a request, 1: the end of one that is under way, 2: a reply that is no ack.</summary>
    private static readonly Gen<(int Kind, int Choice, bool Success)[]> Steps =
        Gen.Select(Gen.Frequency((5, 0), (5, 1), (1, 2)), Gen.Int[0, 1000], Gen.Bool).Array[1, 60];

    [Fact]
    public void Answers_are_those_of_the_model_and_go_out_as_soon_as_their_turn_comes()
    {
        Steps.Sample(
            steps =>
            {
                var client = new TestClient();
                var ledger = new RequestLedger(client.Connection);
                var model = new Model();
                List<(PendingRequest Request, Model.Entry Entry)> underWay = [];
                List<string> received = [];
                foreach (var (kind, choice, success) in steps)
                {
                    switch (kind)
                    {
                        case 0:
                            ulong? ackId = choice % 9 == 0 ? null : (ulong)(choice % 6);
                            var request = new PendingRequest(ledger, ackId, 1);
                            var entry = model.Begin(ackId);
                            Assert.Equal(entry is not null, ledger.TryBegin(request));
                            if (entry is not null)
                            {
                                underWay.Add((request, entry));
                            }

                            break;
                        case 1 when underWay.Count > 0:
                            var index = choice % underWay.Count;
                            End(underWay[index], success);
                            underWay.RemoveAt(index);
                            break;
                        case 2:
                            ledger.Reply(JsonFrames.Pong);
                            model.Reply();
                            break;
                    }

                    received.AddRange(client.Receive().Select(Describe));
                    Assert.Equal(model.Sent(), received);
                }

                foreach (var left in Enumerable.Reverse(underWay))
                {
                    End(left, success: true);
                }

                received.AddRange(client.Receive().Select(Describe));
                Assert.Equal(model.Sent(), received);
                Assert.True(model.AllSent);
                Assert.True(ledger.WaitForRoomAsync().IsCompletedSuccessfully);

                void End((PendingRequest Request, Model.Entry Entry) one, bool success)
                {
                    one.Request.Complete(success ? SendOutcome.Success : new SendOutcome("Forbidden", "no"));
                    model.End(one.Entry, success);
                }
            },
            iter: 3_000);
    }

    /// <summary>An answer in short: the ackId and the error's name, or the type of what is no ack.</summary>
    internal static string Describe(DecodedFrame frame)
    {
        var json = frame.Json;
        if (json.GetProperty("type").GetString() != "ack")
        {
            return json.GetProperty("type").GetString()!;
        }

        var id = json.GetProperty("ackId").GetUInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(json.GetProperty("success").GetBoolean(), !json.TryGetProperty("error", out var error));
        return json.GetProperty("success").GetBoolean() ? id : $"{id} {error.GetProperty("name").GetString()}";
    }

    /// <summary>Protocol, section 2.3, in the simplest form: everything that ever happened, in order.</summary>
    private sealed class Model
    {
        private readonly List<Entry> _entries = [];

        public bool AllSent => _entries.All(entry => entry.Answer is not null);

        public Entry? Begin(ulong? ackId)
        {
            if (ackId is null)
            {
                return new Entry(null, null);
            }

            var same = _entries.Where(entry => entry.AckId == ackId && entry.Repeats is null).ToArray();
            if (same.FirstOrDefault(entry => entry.Success is null or true) is { } repeated)
            {
                _entries.Add(new Entry(ackId, repeated));
                return null;
            }

            _entries.Add(new Entry(ackId, null));
            return _entries[^1];
        }

        public void End(Entry entry, bool success) => entry.Success = success;

        public void Reply() => _entries.Add(new Entry(null, null));

        public List<string> Sent() => [.. _entries.Select(entry => entry.Answer).TakeWhile(answer => answer is not null).OfType<string>()];

        public sealed class Entry(ulong? ackId, Entry? repeats)
        {
            public ulong? AckId => ackId;

            public Entry? Repeats => repeats;

            public bool? Success { get; set; }

            public string? Answer =>
                ackId is null ? "pong"
                : (repeats ?? this).Success is not { } success ? null
                : !success ? $"{ackId} Forbidden"
                : repeats is null ? $"{ackId}"
                : $"{ackId} Duplicate";
        }
    }
}
