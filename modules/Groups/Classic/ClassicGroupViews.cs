using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Classic;

/// <summary>What DescribeGroups and ListGroups show of classic groups. Lives on the shard's loop.</summary>
internal sealed class ClassicGroupViews(ClassicGroupRegistry groups)
{
    /// <summary>The type's name in ListGroups (KIP-848).</summary>
    public const string TypeName = "classic";

    /// <summary>From this version a group that is not there is an error; before it is a group in state Dead (KIP-1043).</summary>
    private const short FirstVersionWithNotFound = 6;

    /// <summary>The state's name as Kafka shows it.</summary>
    public static string NameOf(ClassicGroupState state) => state switch
    {
        ClassicGroupState.PreparingRebalance => "PreparingRebalance",
        ClassicGroupState.CompletingRebalance => "CompletingRebalance",
        ClassicGroupState.Stable => "Stable",
        ClassicGroupState.Dead => "Dead",
        _ => "Empty",
    };

    public DescribeGroupsResponse.DescribedGroup Describe(string groupId, short apiVersion)
    {
        if (groups.Find(groupId) is not { } group)
        {
            var missing = new DescribeGroupsResponse.DescribedGroup { GroupId = groupId, GroupState = NameOf(ClassicGroupState.Dead) };
            if (apiVersion >= FirstVersionWithNotFound)
            {
                missing.ErrorCode = ErrorCode.GroupIdNotFound;
                missing.ErrorMessage = $"Group {groupId} not found.";
            }

            return missing;
        }

        var stable = group.State == ClassicGroupState.Stable;
        var described = new DescribeGroupsResponse.DescribedGroup
        {
            GroupId = groupId,
            GroupState = NameOf(group.State),
            ProtocolType = group.ProtocolType ?? "",
            ProtocolData = stable ? group.ProtocolName ?? "" : "",
        };
        foreach (var member in group.Members)
        {
            described.Members.Add(new DescribeGroupsResponse.DescribedGroupMember
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.GroupInstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                MemberMetadata = stable ? member.MetadataFor(group.ProtocolName) : [],
                MemberAssignment = stable ? member.Assignment : [],
            });
        }

        return described;
    }

    /// <summary>The groups whose state and type are asked for; an empty filter asks for all. States compare without case.</summary>
    public List<ListGroupsResponse.ListedGroup> List(IReadOnlyCollection<string> states, IReadOnlyCollection<string> types)
    {
        var listed = new List<ListGroupsResponse.ListedGroup>();
        if (types.Count > 0 && !types.Contains(TypeName, StringComparer.OrdinalIgnoreCase))
        {
            return listed;
        }

        foreach (var group in groups.All)
        {
            var state = NameOf(group.State);
            if (states.Count == 0 || states.Contains(state, StringComparer.OrdinalIgnoreCase))
            {
                listed.Add(new ListGroupsResponse.ListedGroup
                {
                    GroupId = group.GroupId,
                    ProtocolType = group.ProtocolType ?? "",
                    GroupState = state,
                    GroupType = TypeName,
                });
            }
        }

        return listed;
    }
}
