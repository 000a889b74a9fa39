using CsCheck;
using WsCluster.Server;
using WsCluster.Server.Clients;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Clients;

/// <summary>Clients of all kinds against a model that knows no runs: each has a list of the frames that it is to get.</summary>
public sealed class DeliveryProperties
{
    private const int Clients = 8;

    private enum Step
    {
        Deliver,
        Enqueue,
        Flush,
        Open,
        EndRound,
    }

    /// <summary>What is done: to which clients (a bit each), with how many bytes.</summary>
    private static readonly Gen<(Step Step, int Mask, int Size)[]> Steps = Gen.Frequency(
        (6, Gen.Select(Gen.Const(Step.Deliver), Gen.Frequency((1, Gen.Const(-1)), (2, Gen.Int[0, (1 << Clients) - 1])), Sizes)),
        (1, Gen.Select(Gen.Const(Step.Enqueue), Gen.Int[0, Clients - 1], Sizes)),
        (1, Gen.Select(Gen.Const(Step.Flush), Gen.Int[0, Clients - 1], Gen.Const(0))),
        (2, Gen.Select(Gen.Const(Step.Open), Gen.Int[0, (1 << Clients) - 1], Gen.OneOf(Sizes, Gen.Const(1_000_000)))),
        (2, Gen.Select(Gen.Const(Step.EndRound), Gen.Const(0), Gen.Const(0)))).Array[1, 80];

    private static Gen<int> Sizes => Gen.Frequency((8, Gen.Int[7, 300]), (1, Gen.Int[20_000, 90_000]));

    [Fact]
    public void Every_client_gets_its_frames_whole_and_in_order() => Steps.Sample(
        steps =>
        {
            foreach (var client in Play(steps, SlowClientPolicy.Disconnect, limit: long.MaxValue))
            {
                Assert.Equal(client.Expected, client.Received());
                Assert.Equal(0, client.Dropped);
            }
        },
        iter: 2_000);

    [Theory]
    [InlineData(SlowClientPolicy.DropOldest)]
    [InlineData(SlowClientPolicy.KeepLatest)]
    public void What_is_not_delivered_is_counted_and_nothing_else_is_dropped(SlowClientPolicy policy) => Steps.Sample(
        steps =>
        {
            // Room for all that is no message, and for the largest message beside it.
            foreach (var client in Play(steps, policy, limit: 100_000 + steps.Where(step => step.Step == Step.Enqueue).Sum(step => step.Size)))
            {
                var received = client.Received();
                Assert.Equal(client.Expected.Where(received.ToHashSet().Contains), received); // In order, none twice.
                Assert.Equal(client.Expected.Count, received.Count + client.Dropped);
                Assert.Subset(received.ToHashSet(), client.Answers.ToHashSet());
            }
        },
        iter: 2_000);

    /// <summary>Does the steps, and lets everybody read to the end.</summary>
    private static DeliveryModel[] Play((Step Step, int Mask, int Size)[] steps, SlowClientPolicy policy, long limit)
    {
        var runs = new FrameRuns();
        var clients = Enumerable.Range(0, Clients).Select(i => new DeliveryModel(i % 4 == 0 ? FrameKind.Raw : FrameKind.CompressedRaw, policy, limit)).ToArray();
        for (var number = 0; number < steps.Length; number++)
        {
            var (step, mask, size) = steps[number];
            switch (step)
            {
                case Step.Deliver:
                    byte[][] frames = [DeliveryModel.Frame(number, size), DeliveryModel.Frame(number, size + 1)];
                    Each(mask, client => client.Deliver(number, frames, new MessageTopic(TargetKind.Group, $"{number % 3}"), runs));
                    break;
                case Step.Enqueue:
                    clients[mask].Answer(number, size);
                    break;
                case Step.Flush:
                    clients[mask].Queue.Flush();
                    break;
                case Step.Open:
                    Each(mask, client => client.Output.Open(size));
                    break;
                default:
                    EndRound();
                    break;
            }
        }

        EndRound();
        Each(-1, client => client.Output.Open(int.MaxValue));
        EndRound(); // What was dropped by answers is counted with the next messages.
        return clients;

        void Each(int mask, Action<DeliveryModel> action) =>
            Array.ForEach([.. clients.Where((_, i) => (mask & (1 << i)) != 0)], action);

        void EndRound()
        {
            Each(-1, client => client.FlushDelivered());
            runs.Reset();
        }
    }
}
