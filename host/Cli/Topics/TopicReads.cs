using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Topics;

/// <summary>Asks a cluster for its topics and for the moves of their partitions.</summary>
internal static class TopicReads
{
    /// <summary>The topics of those names: page by page from brokers that know DescribeTopicPartitions (KIP-966), else from their metadata.</summary>
    public static async Task<IReadOnlyList<DescribedTopic>> DescribeAsync(AdminSession session, IReadOnlyList<string> names, int pageSize)
    {
        if (names.Count == 0)
            return [];
        try
        {
            return await DescribePagesAsync(session, names, pageSize);
        }
        catch (UnsupportedVersionException)
        {
            var metadata = await session.LoadMetadataAsync([.. names]);
            foreach (var topic in metadata.Topics.Values)
                AdminSession.Check(topic.Error);
            return [.. names.Select(name => Of(metadata.Topics[name]))];
        }
    }

    /// <summary>A topic as metadata knows it.</summary>
    public static DescribedTopic Of(TopicMetadata topic) => new(
        topic.Name,
        topic.Id,
        [.. topic.Partitions.Select(static partition => new DescribedPartition(partition.Index, partition.LeaderId, partition.Replicas, partition.InSyncReplicas, null, null))]);

    /// <summary>The moves of partitions of these topics; none from a broker that does not say.</summary>
    public static async Task<IReadOnlyList<DescribedMove>> MovesAsync(AdminSession session, IReadOnlyList<DescribedTopic> topics)
    {
        try
        {
            return await MovesAsync(session, [.. topics.Select(static topic => (topic.Name, (IReadOnlyList<int>)[.. topic.Partitions.Select(static partition => partition.Index)]))]);
        }
        catch (Exception fault) when (fault is UnsupportedVersionException or KafkaClientException { Code: ErrorCode.ClusterAuthorizationFailed })
        {
            return [];
        }
    }

    /// <summary>The moves of some partitions; null asks for all.</summary>
    public static async Task<IReadOnlyList<DescribedMove>> MovesAsync(AdminSession session, IReadOnlyList<(string Topic, IReadOnlyList<int> Partitions)>? partitions)
    {
        var request = new ListPartitionReassignmentsRequest
        {
            TimeoutMs = AdminSession.ChangeTimeoutMs,
            Topics = partitions is null
                ? null
                : [.. partitions.Select(static topic => new ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics { Name = topic.Topic, PartitionIndexes = [.. topic.Partitions] })],
        };
        var response = await session.SendAsync(RequestTarget.Controller, request, static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode, response.ErrorMessage);
        return
        [
            .. from topic in response.Topics
               from partition in topic.Partitions
               select new DescribedMove(topic.Name, partition.PartitionIndex, Ids(partition.Replicas), Ids(partition.AddingReplicas), Ids(partition.RemovingReplicas)),
        ];
    }

    private static async Task<IReadOnlyList<DescribedTopic>> DescribePagesAsync(AdminSession session, IReadOnlyList<string> names, int pageSize)
    {
        var found = new SortedDictionary<string, DescribedTopic>(StringComparer.Ordinal);
        var request = new DescribeTopicPartitionsRequest
        {
            Topics = [.. names.Select(static name => new DescribeTopicPartitionsRequest.TopicRequest { Name = name })], ResponsePartitionLimit = pageSize,
        };
        while (true)
        {
            var page = await session.SendAsync(RequestTarget.AnyNode, request);
            foreach (var topic in page.Topics)
            {
                AdminSession.Check(topic.ErrorCode);
                var earlier = found.GetValueOrDefault(topic.Name!)?.Partitions ?? [];
                found[topic.Name!] = new DescribedTopic(topic.Name!, topic.TopicId, [.. earlier, .. topic.Partitions.Select(Of)]);
            }

            if (page.NextCursor is not { } next)
                return [.. found.Values];
            request.Cursor = new DescribeTopicPartitionsRequest.CursorData { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex };
        }
    }

    private static DescribedPartition Of(DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition partition) => new(
        partition.PartitionIndex,
        partition.LeaderId,
        Ids(partition.ReplicaNodes),
        Ids(partition.IsrNodes),
        Ids(partition.EligibleLeaderReplicas ?? []),
        Ids(partition.LastKnownElr ?? []));

    private static IReadOnlyList<int> Ids(IEnumerable<BrokerId> ids) => [.. ids.Select(static id => (int)id)];
}
