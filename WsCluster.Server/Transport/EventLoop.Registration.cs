using System.Runtime.InteropServices;

namespace WsCluster.Server.Transport;

internal sealed partial class EventLoop
{
    /// <summary>A descriptor that the loop watches, and owns.</summary>
    internal readonly struct Registration(EventLoop loop, int descriptor, GCHandle handle)
    {
        /// <summary>Begins to watch for events.</summary>
        /// <exception cref="IOException">The system did not take it.</exception>
        public void Watch(uint events) => Libc.Watch(loop._epoll, Libc.Add, descriptor, events, GCHandle.ToIntPtr(handle));

        /// <summary>Watches for something else. Also what a one-shot registration needs after each event.</summary>
        public void Rewatch(uint events) => Libc.Watch(loop._epoll, Libc.Modify, descriptor, events, GCHandle.ToIntPtr(handle));

        /// <summary>Closes the descriptor, soon. Call it once.</summary>
        /// <param name="closed">Called when that is done.</param>
        public void Close(Action? closed = null)
        {
            var (watch, socket, target) = (loop, descriptor, handle);
            if (!loop.Post(() =>
            {
                // The close alone would do, were it not for processes that are being started: they have the socket for a moment, and
                // its events would go on to come.
                Libc.Unwatch(watch._epoll, socket);
                Finish();
            }))
            {
                Finish(); // No events come any more.
            }

            void Finish()
            {
                _ = Libc.Close(socket);
                target.Free();
                closed?.Invoke();
            }
        }
    }
}
