using System.Buffers.Binary;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Groups;

/// <summary>A consumer group. The epochs are null for a classic one.</summary>
internal sealed record GroupDescription(
    string Id, ClusterNode Coordinator, string State, string Assignor, int? Epoch, int? TargetEpoch, IReadOnlyList<GroupMember> Members)
{
    /// <summary>A group of the new protocol.</summary>
    public static GroupDescription Of(ConsumerGroupDescribeResponse.DescribedGroup group, ClusterNode coordinator) => new(
        group.GroupId,
        coordinator,
        group.GroupState,
        group.AssignorName,
        group.GroupEpoch,
        group.AssignmentEpoch,
        [
            .. group.Members.Select(static member => new GroupMember(
                member.MemberId,
                member.InstanceId ?? "",
                member.ClientId,
                member.ClientHost,
                Partitions(member.Assignment),
                Partitions(member.TargetAssignment),
                member.MemberEpoch,
                member.MemberType switch { 0 => false, 1 => true, _ => null })),
        ]);

    /// <summary>A classic group.</summary>
    /// <exception cref="ToolException">It is not one of consumers.</exception>
    public static GroupDescription Of(DescribeGroupsResponse.DescribedGroup group, ClusterNode coordinator)
    {
        if (group.ProtocolType is not ("consumer" or ""))
            throw new ToolException($"GroupId {group.GroupId} is not a consumer group ({group.ProtocolType}).");
        var members = group.Members.Select(static member => new GroupMember(
            member.MemberId, member.GroupInstanceId ?? "", member.ClientId, member.ClientHost, ReadAssignment(member.MemberAssignment.ToArray()), [], null, null));
        return new GroupDescription(group.GroupId, coordinator, group.GroupState, group.ProtocolData, null, null, [.. members]);
    }

    private static IReadOnlyList<TopicPartition> Partitions(ConsumerGroupDescribeResponse.Assignment assignment) =>
        [.. assignment.TopicPartitions.SelectMany(static topic => topic.Partitions.Select(partition => new TopicPartition(topic.TopicName, partition)))];

    // Two bytes of version, then what the members agreed on; a newer version only adds to the end.
    private static IReadOnlyList<TopicPartition> ReadAssignment(byte[] bytes)
    {
        if (bytes.Length < sizeof(short))
            return [];
        var version = Math.Clamp(BinaryPrimitives.ReadInt16BigEndian(bytes), (short)0, (short)3);
        var reader = new ProtocolReader(bytes.AsMemory(sizeof(short)));
        var assignment = ConsumerProtocolAssignment.Read(ref reader, version);
        return [.. assignment.AssignedPartitions.SelectMany(static topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition)))];
    }
}

/// <summary>A member of a consumer group. Epoch and target are of the new protocol; <see cref="IsUpgraded"/> says whether it speaks it, null where that is not known.</summary>
internal sealed record GroupMember(
    string Id,
    string InstanceId,
    string ClientId,
    string Host,
    IReadOnlyList<TopicPartition> Assignment,
    IReadOnlyList<TopicPartition> Target,
    int? Epoch,
    bool? IsUpgraded);

/// <summary>An offset that a group has committed.</summary>
internal readonly record struct CommittedOffset(long Offset, int? LeaderEpoch);
