using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Groups.Offsets;

/// <summary>What a group committed for one partition.</summary>
/// <param name="Offset">The next offset that the group will read.</param>
/// <param name="LeaderEpoch">The leader epoch of the last record read, or -1 (KIP-320).</param>
/// <param name="Metadata">The client's own text, never null.</param>
/// <param name="CommitTimestampMs">When it was committed, in milliseconds since the Unix epoch.</param>
/// <param name="ExpireTimestampMs">When it ends, in milliseconds since the Unix epoch, or -1 where the group's retention decides (OffsetCommit below v5).</param>
/// <param name="TopicId">The topic's id, or zero where the client named the topic only (OffsetCommit below v10).</param>
internal sealed record OffsetAndMetadata(
    long Offset,
    int LeaderEpoch,
    string Metadata,
    long CommitTimestampMs,
    long ExpireTimestampMs,
    Uuid TopicId);
