using Microsoft.AspNetCore.SignalR;

namespace WsCluster.LoadTest.Peers.SignalR;

/// <summary>What a chat on SignalR would have.</summary>
internal sealed class LoadHub : Hub
{
    /// <summary>Enters a group.</summary>
    public Task Join(string group) => Groups.AddToGroupAsync(Context.ConnectionId, group);

    /// <summary>Sends to a group.</summary>
    public Task Send(string group, string data) => Clients.Group(group).SendAsync("m", data);
}
