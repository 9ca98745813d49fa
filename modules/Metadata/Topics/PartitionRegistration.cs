using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Collections;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>What the cluster knows of a partition: the state behind PartitionRecord. Immutable, any thread.</summary>
public sealed record PartitionRegistration
{
    /// <summary>The leader of a partition without one.</summary>
    public const int NoLeader = -1;

    /// <summary>In PartitionChangeRecord: the leader stays.</summary>
    public const int NoLeaderChange = -2;

    /// <summary>The brokers that hold the partition; the first is the preferred leader.</summary>
    public required ValueList<int> Replicas { get; init; }

    /// <summary>The log directory of each replica, in the order of <see cref="Replicas"/> (KIP-858).</summary>
    public required ValueList<Uuid> Directories { get; init; }

    /// <summary>The replicas in sync.</summary>
    public required ValueList<int> Isr { get; init; }

    /// <summary>Replicas that a reassignment removes (KIP-455).</summary>
    public ValueList<int> RemovingReplicas { get; init; }

    /// <summary>Replicas that a reassignment adds (KIP-455).</summary>
    public ValueList<int> AddingReplicas { get; init; }

    /// <summary>Replicas outside of the ISR that hold everything below the high watermark (KIP-966).</summary>
    public ValueList<int> EligibleLeaderReplicas { get; init; }

    /// <summary>Former eligible leader replicas, after an unclean shutdown (KIP-966).</summary>
    public ValueList<int> LastKnownEligibleLeaderReplicas { get; init; }

    /// <summary>The leader, <see cref="NoLeader"/> without one.</summary>
    public required int Leader { get; init; }

    /// <summary>Whether the leader still recovers.</summary>
    public required LeaderRecoveryState LeaderRecoveryState { get; init; }

    /// <summary>Rises with each election.</summary>
    public required int LeaderEpoch { get; init; }

    /// <summary>Rises with each change.</summary>
    public required int PartitionEpoch { get; init; }

    /// <summary>Whether there is a leader.</summary>
    public bool HasLeader => Leader != NoLeader;

    /// <summary>The first replica, <see cref="NoLeader"/> without replicas.</summary>
    public int PreferredLeader => Replicas.IsEmpty ? NoLeader : Replicas[0];

    /// <summary>Whether a reassignment runs.</summary>
    public bool IsReassigning => !RemovingReplicas.IsEmpty || !AddingReplicas.IsEmpty;

    /// <summary>The log directory of a replica; false if the broker is none.</summary>
    public bool TryGetDirectory(int brokerId, out Uuid directory)
    {
        var index = Replicas.IndexOf(brokerId);
        directory = index >= 0 && index < Directories.Count ? Directories[index] : default;
        return index >= 0;
    }
}
