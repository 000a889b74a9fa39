using StackExchange.Redis;
using WsCluster.Server.Hubs;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Hubs.Script;

/// <summary>A node as hub.lua sees it: calls the script as <see cref="HubPipeline"/> does, and hears its inbox.</summary>
internal sealed class ScriptNode
{
    private readonly ScriptHub _hub;

    private ScriptNode(ScriptHub hub, string id)
    {
        _hub = hub;
        Id = id;
        Inbox = id + ".0";
    }

    public string Id { get; }

    public string Inbox { get; set; }

    /// <summary>Payloads that have come, in order.</summary>
    public Inbox<Payload> Payloads { get; } = new();

    /// <summary>Number of its last batch.</summary>
    public long Number { get; set; }

    /// <summary>The epoch that it knows; 0: none.</summary>
    public long Epoch { get; set; }

    /// <summary>Last offset that it has seen.</summary>
    public long LastOffset { get; set; }

    public static async Task<ScriptNode> StartAsync(ScriptHub hub, string id)
    {
        var node = new ScriptNode(hub, id);
        var channel = await hub.Connection.GetSubscriber().SubscribeAsync(hub.Keys.Inbox(node.Inbox));
        channel.OnMessage(message => node.Payloads.Add(Payload.Read((byte[])message.Message!)));
        return node;
    }

    public static PipelineBatch Batch(Action<PipelineBatch> fill)
    {
        var batch = new PipelineBatch();
        fill(batch);
        return batch;
    }

    /// <summary>Runs a batch as the next one, and takes over the epoch.</summary>
    public async Task<HubAnswer> RunAsync(Action<PipelineBatch> fill)
    {
        var batch = Batch(fill);
        batch.Number = ++Number;
        var answer = await SendAsync(batch);
        Assert.True(answer.First > 0, $"The batch was not taken: {answer.First}, {answer.Epoch}");
        (Epoch, LastOffset) = (answer.Epoch, answer.First + batch.Places - 1);
        return answer;
    }

    /// <summary>Sends a batch that has a number.</summary>
    public async Task<HubAnswer> SendAsync(PipelineBatch batch, long original = 0)
    {
        var result = await _hub.EvaluateAsync(
            [.. _hub.Keys.OfHub(ScriptHub.Name), _hub.Keys.Owned(ScriptHub.Name, Inbox), .. batch.KeyNames.Select(_hub.Key)],
            new HubArguments
            {
                Inbox = Inbox,
                InboxPrefix = _hub.Keys.InboxPrefix,
                PayloadPrefix = MessageFormat.BatchPrefix(ScriptHub.Name),
                NodeId = Id,
                Epoch = Epoch,
                Limits = _hub.Limits,
                LastOffset = LastOffset,
                OriginalFirst = original,
            }.Of(batch));
        return new HubAnswer((long)result[0], (long)result[1], result[2..]);
    }

    /// <summary>Takes interest in sets.</summary>
    public Task<HubAnswer> WantAsync(params string[] sets) => RunAsync(batch =>
    {
        foreach (var set in sets)
        {
            batch.AddInterest(set, interested: true, new PipelineTask());
        }
    });

    /// <summary>Sends messages in one batch.</summary>
    public Task<HubAnswer> PublishAsync(params Envelope[] messages) => RunAsync(batch => Add(batch, messages));

    /// <summary>Sends texts to group g, in one batch.</summary>
    public Task<HubAnswer> PublishAsync(params string[] texts) => PublishAsync([.. texts.Select(Envelope.Text)]);

    public void Add(PipelineBatch batch, params IEnumerable<Envelope> messages)
    {
        foreach (var message in messages)
        {
            batch.AddMessage(message.Outgoing, Inbox, new PipelineTask());
        }
    }

    /// <summary>One operation on a session; its result.</summary>
    public async Task<RedisResult> SessionAsync(string operation, string id, params RedisValue[] arguments) =>
        (await RunAsync(batch => batch.AddSession(operation, id, new PipelineTask(), arguments))).Results[0];

    /// <summary>Begins a session that is in groups.</summary>
    public Task<HubAnswer> BeginAsync(string id, string token = "token", string? user = null, params string[] groups) => RunAsync(batch =>
    {
        List<RedisValue> fields = ["k", token, "r", """["role"]"""];
        if (user is not null)
        {
            fields.AddRange(["u", user]);
        }

        batch.AddSession(
            "n", id, new PipelineTask(),
            [SessionKey.Session(id), batch.Places, fields.Count / 2, .. fields, groups.Length, .. groups.Select(group => (RedisValue)group)]);
    });

    /// <summary>Takes a session over, as <see cref="Hub.TakeOverAsync"/> does.</summary>
    public PipelineBatch TakeOver(string id, string token = "token") => Batch(batch =>
    {
        var fence = new Envelope { Kind = TargetKind.Fence, Target = id, DataType = DataType.Binary };
        var (message, place) = batch.Embed(fence.Outgoing, Inbox);
        batch.AddSession("t", id, new PipelineTask(), SessionKey.Session(id), token, place, message);
    });

    /// <inheritdoc cref="TakeOver"/>
    public async Task<(SessionRecord? Session, string? Refusal)> TakeOverAsync(string id, string token = "token")
    {
        var batch = TakeOver(id, token);
        batch.Number = ++Number;
        var answer = await SendAsync(batch);
        Epoch = answer.Epoch;
        return Read(answer);
    }

    public static (SessionRecord? Session, string? Refusal) Read(HubAnswer answer) =>
        answer.Results[0].Resp2Type == ResultType.Array
            ? (SessionRecord.Parse(answer.First, (RedisResult[])answer.Results[0]!), null)
            : (null, (string)answer.Results[0]!);

    /// <summary>Joins a group for a client, with the mark that says where.</summary>
    public async Task<(long Result, long Offset)> JoinAsync(string id, long generation, string group)
    {
        var answer = await RunAsync(batch =>
        {
            Add(batch, new Envelope { Kind = TargetKind.Mark, Target = group, FromConnectionId = id, Inbox = Inbox });
            batch.AddSession("j", id, new PipelineTask(), generation, group, batch.Places - 1);
        });
        return ((long)answer.Results[1], answer.First);
    }

    /// <summary>Leaves a group for a client that has everything up to an offset.</summary>
    public async Task<long> LeaveAsync(string id, long generation, string group, long after) => (long)await SessionAsync("l", id, generation, group, after);
}

/// <summary>What hub.lua returned.</summary>
internal sealed record HubAnswer(long First, long Epoch, RedisResult[] Results)
{
    /// <summary>Results that are numbers.</summary>
    public IReadOnlyList<long> Numbers => [.. Results.Select(result => (long)result)];
}
