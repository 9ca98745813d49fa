namespace Kafka.Modular.Raft.Log;

/// <summary>How a follower's fetch position relates to the leader's log (KIP-595, KIP-630).</summary>
internal enum OffsetValidityKind
{
    /// <summary>The follower's log is a prefix of the leader's.</summary>
    Valid,

    /// <summary>The logs diverge; the follower truncates to <see cref="OffsetValidity.At"/> and asks again.</summary>
    Diverging,

    /// <summary>The records are gone; the follower loads the snapshot <see cref="OffsetValidity.At"/>.</summary>
    Snapshot,
}

/// <summary>The outcome of comparing a fetch position with the log.</summary>
internal readonly record struct OffsetValidity(OffsetValidityKind Kind, OffsetAndEpoch At);
