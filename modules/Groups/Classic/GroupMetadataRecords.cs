using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Classic;

/// <summary>Makes the record that stores a classic group.</summary>
internal static class GroupMetadataRecords
{
    /// <summary>The group as it stands, with the assignment of each member (none where it is missing).</summary>
    public static GroupMetadataRecord FromGroup(ClassicGroup group, IReadOnlyDictionary<string, byte[]> assignments)
    {
        var value = new GroupMetadataValue
        {
            ProtocolType = group.ProtocolType ?? "",
            Generation = group.GenerationId,
            Protocol = group.ProtocolName,
            Leader = group.LeaderId,
            CurrentStateTimestamp = group.CurrentStateTimestampMs,
        };
        foreach (var member in group.Members)
        {
            value.Members.Add(new GroupMetadataValue.MemberMetadata
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.GroupInstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeout = member.RebalanceTimeoutMs,
                SessionTimeout = member.SessionTimeoutMs,
                Subscription = member.MetadataFor(group.ProtocolName),
                Assignment = assignments.GetValueOrDefault(member.MemberId, []),
            });
        }

        return new GroupMetadataRecord(group.GroupId, value);
    }

    /// <summary>A group that somebody has named and nobody has joined yet.</summary>
    public static GroupMetadataRecord ForNewGroup(ClassicGroup group) => new(
        group.GroupId,
        new GroupMetadataValue
        {
            ProtocolType = "",
            Generation = 0,
            Protocol = null,
            Leader = null,
            CurrentStateTimestamp = group.CurrentStateTimestampMs,
        });
}
