using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Log;

/// <summary>A control record of the metadata log that the quorum itself reads or writes.</summary>
internal abstract record RaftControlRecord;

/// <summary>First record of a leader's epoch (KIP-595).</summary>
internal sealed record LeaderChangeControl(int LeaderId, IReadOnlyList<ReplicaKey> Voters, IReadOnlyList<ReplicaKey> GrantingVoters)
    : RaftControlRecord;

/// <summary>The voter set from here on (KIP-853).</summary>
internal sealed record VotersControl(VoterSet Voters) : RaftControlRecord;

/// <summary>The finalized <c>kraft.version</c> from here on (KIP-853).</summary>
internal sealed record KRaftVersionControl(short KRaftVersion) : RaftControlRecord;

/// <summary>First record of a snapshot (KIP-630).</summary>
internal sealed record SnapshotHeaderControl(long LastContainedLogTimestamp) : RaftControlRecord;

/// <summary>Last record of a snapshot: without it the snapshot is not complete (KIP-630).</summary>
internal sealed record SnapshotFooterControl : RaftControlRecord;

/// <summary>A control record of a type this version does not know; it is kept and replicated, and otherwise ignored.</summary>
internal sealed record UnknownControl(short Type) : RaftControlRecord;
