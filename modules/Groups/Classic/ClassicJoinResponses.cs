using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Classic;

/// <summary>The answers to JoinGroup.</summary>
internal static class ClassicJoinResponses
{
    /// <summary>The member is in the group's current generation; the leader is given everybody's metadata.</summary>
    public static JoinGroupResponse Joined(ClassicGroup group, string memberId, bool withMembers, string? leader = null, bool skipAssignment = false)
    {
        var response = new JoinGroupResponse
        {
            GenerationId = group.GenerationId,
            ProtocolType = group.ProtocolType,
            ProtocolName = group.ProtocolName,
            Leader = leader ?? group.LeaderId ?? "",
            MemberId = memberId,
            SkipAssignment = skipAssignment,
        };
        if (withMembers)
        {
            foreach (var member in group.Members)
            {
                response.Members.Add(new JoinGroupResponse.JoinGroupResponseMember
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.GroupInstanceId,
                    Metadata = member.MetadataFor(group.ProtocolName),
                });
            }
        }

        return response;
    }
}
