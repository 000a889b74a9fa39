using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WsCluster.Server.Transport;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Unit.Transport;

public sealed class EventLoopTests
{
    public EventLoopTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The loop is over epoll, which only Linux has.");

    [Fact]
    public async Task What_is_posted_runs_in_its_order_on_the_loop_s_thread()
    {
        using var loop = new EventLoop("test", NullLogger.Instance);
        var (order, all) = (new List<int>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        for (var i = 0; i < 1_000; i++)
        {
            var number = i;
            loop.Post(() => order.Add(loop.IsCurrent ? number : -1));
        }

        loop.Post(() => loop.Post(all.SetResult)); // From its own thread, when it would sleep otherwise.
        await all.Task.Within("all has run");
        Assert.Equal(Enumerable.Range(0, 1_000), order);
        Assert.False(loop.IsCurrent);
    }

    [Fact]
    public async Task What_fails_does_not_end_the_loop()
    {
        using var loop = new EventLoop("test", NullLogger.Instance);
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        loop.Post(() => throw new InvalidOperationException("A test's."));
        loop.Post(ran.SetResult);

        await ran.Task.Within("the loop goes on");
    }

    [Fact]
    public async Task After_its_close_nobody_is_told_though_somebody_else_has_the_descriptor_still()
    {
        var failures = new Failures();
        using var loop = new EventLoop("test", failures);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);

        // As a process that is being started has one for a moment: the system goes on watching what only the loop's own number was closed of.
        var handler = new Counter();
        var registration = loop.Register(Duplicate((int)socket.Handle), handler);
        registration.Watch(Libc.Readable);
        registration.Close();
        await RoundAsync(loop);
        await client.GetStream().WriteAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, TestContext.Current.CancellationToken);
        await RoundAsync(loop);

        Assert.Equal(0, handler.Count);
        Assert.Equal(0, failures.Count); // Of the handle that is no more.
    }

    [Fact]
    public void What_is_closed_after_the_loop_s_end_is_closed_all_the_same()
    {
        var path = Path.GetTempFileName(); // Has a name, which nothing has that gets its number next.
        var loop = new EventLoop("test", NullLogger.Instance);
        var handler = Register(loop, path, out var descriptor, out var registration);
        Assert.Equal(path, new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget);
        loop.Dispose();

        registration.Close();

        Assert.NotEqual(path, new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget);
        GC.Collect();
        Assert.False(handler.IsAlive);
        File.Delete(path);
    }

    private static WeakReference Register(EventLoop loop, string path, out int descriptor, out EventLoop.Registration registration)
    {
        var handler = new Counter();
        var file = File.OpenHandle(path);
        descriptor = (int)file.DangerousGetHandle();
        file.SetHandleAsInvalid();
        registration = loop.Register(descriptor, handler);
        return new WeakReference(handler);
    }

    private static async Task RoundAsync(EventLoop loop)
    {
        for (var i = 0; i < 2; i++)
        {
            var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(ran.SetResult);
            await ran.Task.Within("the loop goes round");
        }
    }

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int Duplicate(int descriptor);

    private sealed class Failures : ILogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Increment(ref _count);
    }

    private sealed class Counter : IEventHandler
    {
        public int Count { get; private set; }

        public void OnEvents(uint events) => Count++;
    }
}
