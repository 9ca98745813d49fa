namespace Kafka.Modular.Groups;

/// <summary>What metrics tell of a group.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="State">Its state as ListGroups names it; empty for committed offsets without a group.</param>
/// <param name="MemberCount">Its members.</param>
/// <param name="Offsets">What it has committed.</param>
public sealed record GroupSummary(string GroupId, string State, int MemberCount, IReadOnlyList<(string Topic, int Partition, long Offset)> Offsets);
