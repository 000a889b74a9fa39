namespace WsCluster.Tests.Kit;

// A cluster is four processes and more. Two clusters at work at the same time on a small machine would measure each other, so none
// of these collections runs beside another one.

/// <summary>Tests on the shared cluster with the embedded Redis.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class EmbeddedClusterCollection : ICollectionFixture<EmbeddedClusterFixture>;

/// <summary>Tests on the shared cluster with redis-server.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RedisServerClusterCollection : ICollectionFixture<RedisServerClusterFixture>;

/// <summary>Tests that start a cluster of their own.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class OwnClusterCollection;
