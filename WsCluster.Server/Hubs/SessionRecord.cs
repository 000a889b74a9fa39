using System.Text.Json;
using StackExchange.Redis;

namespace WsCluster.Server.Hubs;

/// <summary>A session as Redis has it (<see cref="SessionKey.Session"/>), just taken over.</summary>
/// <param name="TakenAt">Offset at which it was taken over.</param>
/// <param name="Generation">Its new generation.</param>
/// <param name="Position">Up to this offset the client has everything.</param>
/// <param name="UserId">Its user.</param>
/// <param name="Roles">Its roles.</param>
/// <param name="Groups">Groups it is or was in.</param>
internal sealed record SessionRecord(
    long TakenAt, long Generation, long Position, string? UserId, string[] Roles, IReadOnlyDictionary<string, GroupIntervals> Groups)
{
    /// <summary>Reads what operation <c>t</c> of <c>hub.lua</c> returns.</summary>
    public static SessionRecord Parse(long takenAt, RedisResult[] result)
    {
        var (generation, position, fields) = ((long)result[1], (long)result[2], (RedisValue[])result[4]!);
        string? userId = null;
        string[] roles = [];
        Dictionary<string, GroupIntervals> groups = new(StringComparer.Ordinal);
        for (var i = 0; i < fields.Length; i += 2)
        {
            string name = fields[i]!;
            string value = fields[i + 1]!;
            switch (name)
            {
                case "u":
                    userId = value;
                    break;
                case "r":
                    roles = JsonSerializer.Deserialize<string[]>(value) ?? [];
                    break;
                case ['G', .. var group]:
                    groups.Add(group, new GroupIntervals(value));
                    break;
            }
        }

        return new SessionRecord(takenAt, generation, position, userId, roles, groups);
    }

    /// <summary>Groups that the client is in, with the offset after which it is.</summary>
    public IEnumerable<KeyValuePair<string, long>> OpenGroups =>
        Groups.Where(group => group.Value.OpenSince is not null).Select(group => KeyValuePair.Create(group.Key, group.Value.OpenSince!.Value));

    /// <summary>Whether a message of the log is for the client, or may have been.</summary>
    /// <param name="message">The message.</param>
    /// <param name="connectionId">The client's connection.</param>
    /// <param name="original">The offset that it had first; <see cref="long.MaxValue"/> if it may have had another, and nobody knows which.</param>
    public bool MaySee(IncomingMessage message, string connectionId, long original) => !message.Excludes(connectionId) && message.Kind switch
    {
        TargetKind.Group => Groups.TryGetValue(message.Target, out var intervals)
            && (intervals.Contains(message.Offset) || (original == long.MaxValue ? intervals.Overlap(Position, message.Offset) : intervals.Contains(original))),
        TargetKind.User => UserId is not null && message.Target == UserId,
        TargetKind.Connection => message.Target == connectionId,
        TargetKind.Hub => true,
        _ => false,
    };
}
