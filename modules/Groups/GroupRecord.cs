using Kafka.Modular.Groups.Offsets;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups;

/// <summary>A record of <c>__consumer_offsets</c>.</summary>
public abstract record GroupRecord;

/// <summary>A committed offset (record type 1), or its tombstone.</summary>
internal sealed record OffsetCommitRecord(string GroupId, string Topic, int Partition, OffsetAndMetadata? Value) : GroupRecord;

/// <summary>A classic group's generation with its members and their assignments (record type 2), or its tombstone.</summary>
internal sealed record GroupMetadataRecord(string GroupId, GroupMetadataValue? Value) : GroupRecord;
