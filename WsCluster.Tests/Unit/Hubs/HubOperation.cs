using System.Buffers.Binary;
using System.Globalization;
using StackExchange.Redis;
using WsCluster.Server.Hubs;

namespace WsCluster.Tests.Unit.Hubs;

/// <summary>An operation in the ARGV of hub.lua, read by what the script's head says of it; of "p" one for each of its sets.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Arguments">What follows its name.</param>
/// <param name="Start">Where in ARGV it stands; those that share one share this.</param>
/// <param name="Sets">Interest sets of the call.</param>
internal sealed record HubOperation(string Name, RedisValue[] Arguments, int Start, string[] Sets)
{
    /// <summary>Arguments that stand before the operations.</summary>
    private const int FixedArguments = 5;

    /// <summary>Whether it carries messages, and has a result that counts nodes.</summary>
    public bool IsMessage => Name is "p" or "u" or "c" or "s";

    /// <summary>Whether it has a result.</summary>
    public bool HasResult => Name != "k";

    /// <summary>The messages of <see cref="IsMessage"/>.</summary>
    public byte[] Messages => (byte[])Arguments[^1]!;

    /// <summary>Reads all operations of a call.</summary>
    public static List<HubOperation> ReadAll(RedisValue[] arguments)
    {
        string[] sets = [.. arguments.Skip(FixedArguments).Take((int)Number(arguments, 8)).Select(name => name.ToString())];
        List<HubOperation> operations = [];
        for (var i = FixedArguments + sets.Length; i < arguments.Length;)
        {
            var name = arguments[i].ToString();
            if (name == "p")
            {
                byte[] indexes = arguments[i + 1]!;
                for (var j = 0; j < indexes.Length / 2; j++)
                {
                    operations.Add(new HubOperation(name, [(int)BinaryPrimitives.ReadUInt16BigEndian(indexes.AsSpan(2 * j)), arguments[i + 2 + j]], i, sets));
                }

                i += 2 + (indexes.Length / 2);
                continue;
            }

            var count = name switch
            {
                "h" or "q" or "o" => 1,
                "+" or "-" or "c" or "f" or "z" => 2,
                "u" or "s" or "v" or "a" or "x" or "k" => 3,
                "j" or "l" => 4,
                "t" => 5,
                "d" => 7,
                "n" => CountOfBegin(arguments, i),
                _ => throw new InvalidOperationException($"Unknown operation {name} at {i.ToString(CultureInfo.InvariantCulture)}."),
            };
            operations.Add(new HubOperation(name, arguments[(i + 1)..(i + 1 + count)], i, sets));
            i += 1 + count;
        }

        return operations;
    }

    /// <summary>One of the numbers that every call has: 0 places, 1 number of the batch, 2 epoch that the node knows, and so on.</summary>
    public static long Number(RedisValue[] arguments, int index) =>
        (long)BinaryPrimitives.ReadDoubleBigEndian(((byte[])arguments[4]!).AsSpan(index * sizeof(double)));

    /// <summary>The interest set that the first argument names, or the key.</summary>
    public string Subject(RedisKey[] keys) =>
        Name is "p" or "u" or "+" or "-" ? Sets[(int)Arguments[0] - 1] : keys[HubPipeline.FixedKeys + (int)Arguments[0] - 1].ToString();

    private static int CountOfBegin(RedisValue[] arguments, int at)
    {
        var fields = 2 * (int)arguments[at + 4];
        return 4 + fields + 1 + (int)arguments[at + 5 + fields];
    }
}
