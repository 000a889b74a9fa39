using System.Globalization;
using StackExchange.Redis;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>An operation in the ARGV of hub.lua, read by what the script's head says of it.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Arguments">What follows its name.</param>
internal sealed record HubOperation(string Name, RedisValue[] Arguments)
{
    /// <summary>Arguments that stand before the operations.</summary>
    public const int FixedArguments = 11;

    /// <summary>Keys that stand before those that operations name.</summary>
    public const int FixedKeys = 7;

    /// <summary>Whether it carries messages, and has a result that counts nodes.</summary>
    public bool IsMessage => Name is "p" or "u" or "c" or "s";

    /// <summary>Whether it has a result.</summary>
    public bool HasResult => Name != "k";

    /// <summary>The messages of <see cref="IsMessage"/>.</summary>
    public byte[] Messages => (byte[])Arguments[^1]!;

    /// <summary>Reads all operations of a call.</summary>
    public static List<HubOperation> ReadAll(RedisValue[] arguments)
    {
        List<HubOperation> operations = [];
        for (var i = FixedArguments; i < arguments.Length;)
        {
            var name = arguments[i].ToString();
            var count = name switch
            {
                "h" or "q" => 1,
                "+" or "-" or "p" or "u" or "c" or "k" or "f" => 2,
                "s" or "v" or "a" or "x" => 3,
                "j" or "l" => 4,
                "t" => 5,
                "d" => 7,
                "n" => CountOfBegin(arguments, i),
                _ => throw new InvalidOperationException($"Unknown operation {name} at {i.ToString(CultureInfo.InvariantCulture)}."),
            };
            operations.Add(new HubOperation(name, arguments[(i + 1)..(i + 1 + count)]));
            i += 1 + count;
        }

        return operations;
    }

    /// <summary>The key that the first argument names.</summary>
    public string Key(RedisKey[] keys) => keys[(int)Arguments[0] - 1].ToString();

    private static int CountOfBegin(RedisValue[] arguments, int at)
    {
        var fields = 2 * (int)arguments[at + 4];
        return 4 + fields + 1 + (int)arguments[at + 5 + fields];
    }
}
