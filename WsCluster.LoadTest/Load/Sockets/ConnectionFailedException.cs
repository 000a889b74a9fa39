namespace WsCluster.LoadTest.Load.Sockets;

/// <summary>A connection that a scenario needs could not be opened.</summary>
internal sealed class ConnectionFailedException(string message) : Exception(message);
