namespace WsCluster.Server.Hubs;

/// <summary>What <c>hub.lua</c> says of a batch, in an inbox and in the hub's log.</summary>
/// <param name="First">Offset of the message at place 0.</param>
/// <param name="OriginalFirst">
/// The same in an earlier epoch, which Redis has lost: the node that had sent the batch then has sent it again. Less than 0: it may have had
/// one, and nobody knows; the node has sent it first so many milliseconds before. 0: it is new.
/// </param>
/// <param name="Epoch">Changes with every Redis server that the hub is on. Grows.</param>
/// <param name="Number">Number of the batch at the node that has sent it. Grows, and stays the same when it is sent again.</param>
/// <param name="NodeId">That node.</param>
internal readonly record struct BatchHead(long First, long OriginalFirst, long Epoch, long Number, string NodeId);
