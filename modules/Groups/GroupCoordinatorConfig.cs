namespace Kafka.Modular.Groups;

/// <summary>What the group coordinator takes from the configuration. Times are in milliseconds, sizes in bytes.</summary>
public sealed record GroupCoordinatorConfig
{
    /// <summary><c>group.min.session.timeout.ms</c>.</summary>
    public int MinSessionTimeoutMs { get; init; } = 6_000;

    /// <summary><c>group.max.session.timeout.ms</c>.</summary>
    public int MaxSessionTimeoutMs { get; init; } = 1_800_000;

    /// <summary><c>group.initial.rebalance.delay.ms</c>: how long an empty group waits for more members to join.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3_000;

    /// <summary><c>group.max.size</c>: the most members that a group may have.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary><c>offset.metadata.max.bytes</c>: the longest text that may go with a committed offset.</summary>
    public int OffsetMetadataMaxBytes { get; init; } = 4_096;

    /// <summary><c>offsets.retention.minutes</c> in milliseconds.</summary>
    public long OffsetsRetentionMs { get; init; } = 10_080L * 60_000;

    /// <summary><c>offsets.retention.check.interval.ms</c>.</summary>
    public long OffsetsRetentionCheckIntervalMs { get; init; } = 600_000;

    /// <summary><c>offsets.topic.num.partitions</c>, until the topic itself exists and says.</summary>
    public int OffsetsTopicPartitions { get; init; } = 50;

    /// <summary>How long a new member may wait in JoinGroup before it counts as gone. Kafka has no key for it.</summary>
    public int NewMemberJoinTimeoutMs { get; init; } = 300_000;
}
