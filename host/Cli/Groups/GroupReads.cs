using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Groups;

/// <summary>Asks a cluster for its groups, their members and their offsets.</summary>
internal static class GroupReads
{
    // Newer versions of these name topics by id alone.
    private const short LastVersionWithNames = 9;

    /// <summary>The groups of all brokers, in order.</summary>
    /// <param name="session">The cluster.</param>
    /// <param name="states">Only groups in these states; empty for all.</param>
    /// <param name="types">Only groups of these types; empty for all.</param>
    public static async Task<IReadOnlyList<ListGroupsResponse.ListedGroup>> ListAsync(AdminSession session, IReadOnlyList<string> states, IReadOnlyList<string> types)
    {
        var found = new SortedDictionary<string, ListGroupsResponse.ListedGroup>(StringComparer.Ordinal);
        foreach (var node in (await session.LoadMetadataAsync([])).Nodes.Keys.Order())
        {
            var response = await session.SendAsync(
                RequestTarget.Node(node), new ListGroupsRequest { StatesFilter = [.. states], TypesFilter = [.. types] }, static response => response.ErrorCode);
            AdminSession.Check(response.ErrorCode);
            foreach (var group in response.Groups)
                found.TryAdd(group.GroupId, group);
        }

        return [.. found.Values];
    }

    /// <summary>The ids of all consumer groups: those of the protocol type consumer, and those that only keep offsets.</summary>
    public static async Task<IReadOnlyList<ListGroupsResponse.ListedGroup>> ListConsumersAsync(AdminSession session, IReadOnlyList<string> states, IReadOnlyList<string> types) =>
        [.. (await ListAsync(session, states, types)).Where(static group => group.ProtocolType is "consumer" or "")];

    /// <summary>A consumer group, of the new protocol (KIP-848) or a classic one.</summary>
    /// <exception cref="KafkaClientException">There is no such group, or it cannot be asked for.</exception>
    /// <exception cref="Frame.ToolException">It is no consumer group.</exception>
    public static async Task<GroupDescription> DescribeAsync(AdminSession session, string groupId)
    {
        var coordinator = await CoordinatorAsync(session, groupId);
        try
        {
            var response = await session.SendAsync(
                RequestTarget.GroupCoordinator(groupId), new ConsumerGroupDescribeRequest { GroupIds = [groupId] }, static response => Passing(response.Groups[0].ErrorCode));
            var group = response.Groups[0];
            if (group.ErrorCode is not (ErrorCode.GroupIdNotFound or ErrorCode.UnsupportedVersion))
            {
                AdminSession.Check(group.ErrorCode, group.ErrorMessage);
                return GroupDescription.Of(group, coordinator);
            }
        }
        catch (UnsupportedVersionException)
        {
            // A broker without the new protocol has classic groups alone.
        }

        var classic = await session.SendAsync(
            RequestTarget.GroupCoordinator(groupId), new DescribeGroupsRequest { Groups = [groupId] }, static response => Passing(response.Groups[0].ErrorCode));
        AdminSession.Check(classic.Groups[0].ErrorCode, classic.Groups[0].ErrorMessage);
        return GroupDescription.Of(classic.Groups[0], coordinator);
    }

    /// <summary>The committed offsets of a group.</summary>
    /// <exception cref="KafkaClientException">They cannot be read.</exception>
    public static async Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> CommittedAsync(AdminSession session, string groupId)
    {
        var response = await session.SendAsync(
            RequestTarget.GroupCoordinator(groupId),
            new OffsetFetchRequest { Groups = [new() { GroupId = groupId, Topics = null }] },
            LastVersionWithNames,
            static response => Passing(response.Groups[0].ErrorCode));
        var group = response.Groups[0];
        AdminSession.Check(group.ErrorCode);
        var offsets = new Dictionary<TopicPartition, CommittedOffset>();
        foreach (var topic in group.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                AdminSession.Check(partition.ErrorCode);
                if (partition.CommittedOffset >= 0)
                    offsets[new TopicPartition(topic.Name, partition.PartitionIndex)] = new CommittedOffset(partition.CommittedOffset, partition.CommittedLeaderEpoch < 0 ? null : partition.CommittedLeaderEpoch);
            }
        }

        return offsets;
    }

    /// <summary>Commits offsets for a group without members.</summary>
    /// <exception cref="KafkaClientException">One is refused.</exception>
    public static async Task CommitAsync(AdminSession session, string groupId, IReadOnlyDictionary<TopicPartition, long> offsets)
    {
        if (offsets.Count == 0)
            return;
        var request = new OffsetCommitRequest
        {
            GroupId = groupId,
            Topics =
            [
                .. offsets.GroupBy(static pair => pair.Key.Topic).Select(static topic => new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(static pair => new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = pair.Key.Partition, CommittedOffset = pair.Value, CommittedMetadata = "" })],
                }),
            ],
        };
        var response = await session.SendAsync(
            RequestTarget.GroupCoordinator(groupId),
            request,
            LastVersionWithNames,
            static response => Passing(response.Topics.SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode).FirstOrDefault()));
        foreach (var partition in response.Topics.SelectMany(static topic => topic.Partitions))
            AdminSession.Check(partition.ErrorCode);
    }

    /// <summary>Where a group's coordinator is.</summary>
    private static async Task<ClusterNode> CoordinatorAsync(AdminSession session, string groupId)
    {
        var response = await session.SendAsync(
            RequestTarget.AnyNode, new FindCoordinatorRequest { KeyType = 0, CoordinatorKeys = [groupId] }, static response => Passing(response.Coordinators[0].ErrorCode));
        var coordinator = response.Coordinators[0];
        AdminSession.Check(coordinator.ErrorCode, coordinator.ErrorMessage);
        return new ClusterNode(coordinator.NodeId, new Client.Settings.BrokerAddress(coordinator.Host, coordinator.Port));
    }

    // Errors that go away by themselves, or with another coordinator.
    private static ErrorCode Passing(ErrorCode code) => code is ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator ? code : ErrorCode.None;
}
