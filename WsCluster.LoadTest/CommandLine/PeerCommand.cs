using System.CommandLine;
using WsCluster.LoadTest.Chaos.Servers;
using WsCluster.LoadTest.Peers.Kestrel;
using WsCluster.LoadTest.Peers.SignalR;
using WsCluster.LoadTest.Peers.Sockets;

namespace WsCluster.LoadTest.CommandLine;

/// <summary>Runs one node of a peer that is hosted by this program; <c>compare</c> starts these itself.</summary>
internal static class PeerCommand
{
    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Description = "where it listens", Required = true };
        var redis = new Option<string>("--redis") { Description = "host:port of the Redis", Required = true };
        var signalr = new Command("signalr", "A node of SignalR with the Redis backplane.") { urls, redis };
        signalr.SetAction(async (result, stop) =>
        {
            await SignalRNode.RunAsync(result.GetValue(urls)!, result.GetValue(redis)!, stop);
            return ExitCode.Success;
        });
        var aof = new Option<DirectoryInfo?>("--aof") { Description = "folder of its append-only file; without one it remembers nothing" };
        var batch = BatchOption.Create();
        return new Command("peer", "Runs one process that the tool hosts itself; the commands that need one start it.")
        {
            signalr,
            Floor("kestrel", "A bare Kestrel process.", (port, _, stop) => KestrelFloor.RunAsync(port, stop)),
            Floor("garnet", "A Garnet server.", (port, result, stop) => GarnetProcess.RunAsync(port, result.GetValue(aof), stop), aof),
            Floor("sockets", "Bare sockets.", (port, result, stop) => SocketFloor.RunAsync(port, result.GetValue(batch), stop), batch),
        };
    }

    private static Command Floor(string name, string summary, Func<int, ParseResult, CancellationToken, Task> run, params Option[] options)
    {
        var port = NumberOption.Create<int>("--port", "where it listens, on loopback", 1, ushort.MaxValue);
        port.Required = true;
        var command = new Command(name, summary) { port };
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (result, stop) =>
        {
            await run(result.GetValue(port), result, stop);
            return ExitCode.Success;
        });
        return command;
    }
}
