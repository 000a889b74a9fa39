namespace WsCluster.LoadTest.Peers;

/// <summary>A peer could not be started; the message says what to do about it.</summary>
internal sealed class PeerFailedException(string message) : Exception(message);
