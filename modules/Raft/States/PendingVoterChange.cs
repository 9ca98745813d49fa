using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>An addition or removal of a voter that the leader works on; there is at most one at a time (KIP-853).</summary>
internal sealed class PendingVoterChange(long requestId, ReplicaKey voter, RaftEndpoints endpoints, bool isAddition, bool ackWhenCommitted, long deadline)
{
    public long RequestId => requestId;

    public ReplicaKey Voter => voter;

    public RaftEndpoints Endpoints => endpoints;

    public bool IsAddition => isAddition;

    /// <summary>False when the request is answered as soon as the record is proposed (KIP-1186).</summary>
    public bool AckWhenCommitted => ackWhenCommitted;

    /// <summary>When the leader gives up and answers REQUEST_TIMED_OUT.</summary>
    public long Deadline => deadline;

    /// <summary>The voter set that was proposed, or null while the new voter's supported versions are being asked.</summary>
    public VoterSet? Proposed { get; set; }

    /// <summary>Offset of the record with that set, or null while it is not in the log.</summary>
    public long? Offset { get; set; }

    /// <summary>True once the request was answered.</summary>
    public bool IsAnswered { get; set; }
}
