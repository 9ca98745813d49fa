using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Messages;

/// <summary>A quorum reply, free of wire versions.</summary>
internal abstract record RaftReply
{
    /// <summary>Error of the whole request, checked before everything else.</summary>
    public ErrorCode TopLevelError { get; init; }

    /// <summary>Error of the metadata partition.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>The leader that the replying node knows, or -1.</summary>
    public int LeaderId { get; init; } = -1;

    /// <summary>The epoch that the replying node is in.</summary>
    public int LeaderEpoch { get; init; } = -1;

    /// <summary>Where the leader listens, empty when not known.</summary>
    public RaftEndpoints LeaderEndpoints { get; init; } = RaftEndpoints.Empty;
}

/// <summary>Answers <see cref="VoteCall"/>.</summary>
internal sealed record VoteReply : RaftReply
{
    public bool VoteGranted { get; init; }
}

/// <summary>Answers <see cref="BeginEpochCall"/>.</summary>
internal sealed record BeginEpochReply : RaftReply;

/// <summary>Answers <see cref="EndEpochCall"/>.</summary>
internal sealed record EndEpochReply : RaftReply;

/// <summary>Answers <see cref="FetchCall"/>.</summary>
internal sealed record FetchReply : RaftReply
{
    /// <summary>The leader's high watermark, or -1 while it has none.</summary>
    public long HighWatermark { get; init; } = -1;

    public long LogStartOffset { get; init; } = -1;

    /// <summary>Where the follower's log stops being a prefix of the leader's.</summary>
    public OffsetAndEpoch? Diverging { get; init; }

    /// <summary>The snapshot to load instead of records that are gone.</summary>
    public OffsetAndEpoch? SnapshotId { get; init; }

    /// <summary>Record batches in Kafka's format; the last may be cut off.</summary>
    public ReadOnlyMemory<byte> Records { get; init; }
}

/// <summary>Answers <see cref="FetchSnapshotCall"/>.</summary>
internal sealed record FetchSnapshotReply : RaftReply
{
    public OffsetAndEpoch? SnapshotId { get; init; }

    public long Size { get; init; }

    public long Position { get; init; }

    public ReadOnlyMemory<byte> Bytes { get; init; }
}

/// <summary>Answers <see cref="UpdateVoterCall"/>.</summary>
internal sealed record UpdateVoterReply : RaftReply;

/// <summary>Answers <see cref="AddVoterCall"/> and <see cref="RemoveVoterCall"/>.</summary>
internal sealed record VoterChangeReply : RaftReply
{
    public string? Message { get; init; }
}

/// <summary>Answers <see cref="SupportedVersionsCall"/>.</summary>
internal sealed record SupportedVersionsReply(short MinKRaftVersion, short MaxKRaftVersion) : RaftReply;

/// <summary>Answers <see cref="DescribeQuorumCall"/>; times are on the state machine's clock.</summary>
internal sealed record DescribeQuorumReply : RaftReply
{
    public long HighWatermark { get; init; } = -1;

    public IReadOnlyList<ReplicaDescription> Voters { get; init; } = [];

    public IReadOnlyList<ReplicaDescription> Observers { get; init; } = [];
}

/// <summary>What the leader knows of a replica.</summary>
/// <param name="Key">The replica.</param>
/// <param name="LogEndOffset">Offset up to which it has the log, -1 when it has not fetched yet.</param>
/// <param name="LastFetchMs">When it last fetched, milliseconds on the state machine's clock, or -1.</param>
/// <param name="LastCaughtUpMs">When it last had the leader's whole log, milliseconds on the state machine's clock, or -1.</param>
/// <param name="Endpoints">A voter's endpoints, empty for an observer.</param>
internal sealed record ReplicaDescription(
    ReplicaKey Key, long LogEndOffset, long LastFetchMs, long LastCaughtUpMs, RaftEndpoints Endpoints);
