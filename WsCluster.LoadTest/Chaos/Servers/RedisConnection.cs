using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WsCluster.LoadTest.Chaos.Servers;

/// <summary>Says one thing to a Redis: what the faults need, and nothing that hides a broken connection.</summary>
internal static class RedisConnection
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Sends a command.</summary>
    /// <returns>The answer: its first line, and the text if it is one.</returns>
    /// <exception cref="IOException">It broke, or took too long.</exception>
    public static async Task<string> AskAsync(int port, string command)
    {
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
            await client.GetStream().WriteAsync(Encode(command), deadline.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            var line = await reader.ReadLineAsync(deadline.Token) ?? throw new IOException($"Redis closed the connection at '{command}'.");
            if (!line.StartsWith('$') || line == "$-1")
            {
                return line;
            }

            var text = new char[int.Parse(line.AsSpan(1))];
            await reader.ReadBlockAsync(text, deadline.Token);
            return new string(text);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            throw new IOException($"Redis did not answer '{command}': {exception.Message}", exception);
        }
    }

    /// <summary>As an array: Garnet leaves most commands unanswered that are sent as a line.</summary>
    private static byte[] Encode(string command)
    {
        var words = command.Split(' ');
        return Encoding.ASCII.GetBytes($"*{words.Length}\r\n{string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"))}");
    }
}
