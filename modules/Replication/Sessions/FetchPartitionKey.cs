using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Replication.Sessions;

/// <summary>How a fetcher names a partition: by topic id from version 13, by name before.</summary>
/// <param name="TopicId">The id, or zero.</param>
/// <param name="Topic">The name, or empty where there is an id.</param>
/// <param name="Index">The partition's index.</param>
public readonly record struct FetchPartitionKey(Uuid TopicId, string Topic, int Index);
