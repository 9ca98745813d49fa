namespace Kafka.Modular.Groups.Classic;

/// <summary>The states of a group of the classic protocol.</summary>
internal enum ClassicGroupState
{
    /// <summary>No members; offsets may remain.</summary>
    Empty,

    /// <summary>Waiting for the members to join.</summary>
    PreparingRebalance,

    /// <summary>All have joined; waiting for the leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>Every member has its assignment.</summary>
    Stable,

    /// <summary>Deleted, or no longer coordinated here.</summary>
    Dead,
}
