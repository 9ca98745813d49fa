namespace Kafka.Modular.Protocol.Records;

/// <summary>What a control record says: the second half of its key.</summary>
public enum ControlRecordType : short
{
    /// <summary>A type that this version does not know; consumers skip it.</summary>
    Unknown = -1,

    /// <summary>The producer's transaction was aborted.</summary>
    Abort = 0,

    /// <summary>The producer's transaction was committed.</summary>
    Commit = 1,

    /// <summary>A new leader of the quorum began its epoch (KIP-595).</summary>
    LeaderChange = 2,

    /// <summary>First record of a snapshot (KIP-630).</summary>
    SnapshotHeader = 3,

    /// <summary>Last record of a snapshot (KIP-630).</summary>
    SnapshotFooter = 4,

    /// <summary>The quorum's protocol version (KIP-853).</summary>
    KRaftVersion = 5,

    /// <summary>The quorum's voters (KIP-853).</summary>
    KRaftVoters = 6,
}
