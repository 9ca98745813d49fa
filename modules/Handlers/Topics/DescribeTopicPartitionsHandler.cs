using Kafka.Modular.Configuration;
using Kafka.Modular.Controller.Topics;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// DescribeTopicPartitions (KIP-966): topics by name in order, in pages of as many partitions as the client and
/// <c>max.request.partition.size.limit</c> allow; the cursor says where the next page begins.
/// </summary>
public sealed class DescribeTopicPartitionsHandler(HandlerServices services, MetadataCache metadata, ISettings<ReplicationSettings> settings)
    : Handler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeTopicPartitionsResponse> HandleAsync(RequestContext context, DescribeTopicPartitionsRequest request)
    {
        var image = metadata.Image;
        var cursor = request.Cursor;
        var all = request.Topics.Count == 0;
        var names = (all ? image.Topics.ByName.Keys : request.Topics.Select(static topic => topic.Name))
            .Where(name => cursor is null || string.CompareOrdinal(name, cursor.TopicName) >= 0)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (cursor is not null && (cursor.PartitionIndex < 0 || (!all && !names.Contains(cursor.TopicName, StringComparer.Ordinal))))
        {
            return ValueTask.FromResult(OnError(context, request, ErrorCode.InvalidRequest));
        }

        // Whether a topic exists that the client may not describe is not told, and of all topics those are left out.
        var refused = Services.Access.TakeRefused(context, AclOperation.Describe, ResourceType.Topic, names, static name => name, logsDenial: !all);
        var response = new DescribeTopicPartitionsResponse();
        var remaining = Math.Max(Math.Min(settings.Current.MaxRequestPartitionSizeLimit, request.ResponsePartitionLimit), 1);
        foreach (var name in names)
        {
            if (remaining == 0)
            {
                response.NextCursor = new DescribeTopicPartitionsResponse.Cursor { TopicName = name, PartitionIndex = 0 };
                break;
            }

            if (!image.Topics.TryGet(name, out var topic))
            {
                if (!all)
                {
                    response.Topics.Add(Unknown(name));
                }

                continue;
            }

            var first = cursor is not null && string.Equals(cursor.TopicName, name, StringComparison.Ordinal) ? cursor.PartitionIndex : 0;
            var described = Describe(context, image, topic, first, remaining);
            response.Topics.Add(described);
            var next = (long)first + remaining;
            if (next < topic.PartitionCount)
            {
                response.NextCursor = new DescribeTopicPartitionsResponse.Cursor { TopicName = name, PartitionIndex = (int)next };
                break;
            }

            remaining -= described.Partitions.Count;
        }

        response.Topics.ForEach(topic => topic.TopicAuthorizedOperations = AuthorizedOperations.OnTopic(Services, context, topic.Name!));
        if (!all)
        {
            response.Topics.AddRange(refused.Select(static name => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
            {
                ErrorCode = ErrorCode.TopicAuthorizationFailed, Name = name,
            }));
        }

        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override DescribeTopicPartitionsResponse OnError(RequestContext context, DescribeTopicPartitionsRequest request, ErrorCode error) => new()
    {
        Topics = [.. request.Topics.Select(topic => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic { ErrorCode = error, Name = topic.Name })],
    };

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Unknown(string name) => new()
    {
        ErrorCode = TopicNames.Validate(name).IsRefused ? ErrorCode.InvalidTopicException : ErrorCode.UnknownTopicOrPartition,
        Name = name,
        TopicId = Uuid.Zero,
        IsInternal = InternalTopicNames.Contains(name),
    };

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Describe(
        RequestContext context, MetadataImage image, TopicImage topic, int first, int most)
    {
        var described = new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
        {
            Name = topic.Name, TopicId = topic.Id, IsInternal = InternalTopicNames.Contains(topic.Name),
        };
        for (var index = first; index < topic.PartitionCount && described.Partitions.Count < most; index++)
        {
            if (topic.Partition(index) is { } partition)
            {
                described.Partitions.Add(new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition
                {
                    PartitionIndex = index,
                    LeaderId = new BrokerId(IsReachable(context, image, partition.Leader) ? partition.Leader : PartitionRegistration.NoLeader),
                    LeaderEpoch = partition.LeaderEpoch,
                    ReplicaNodes = Ids(partition.Replicas),
                    IsrNodes = Ids(partition.Isr),
                    EligibleLeaderReplicas = Ids(partition.EligibleLeaderReplicas),
                    LastKnownElr = Ids(partition.LastKnownEligibleLeaderReplicas),
                    OfflineReplicas = Ids(partition.Replicas.Where(id => IsOffline(context, image, partition, id))),
                });
            }
        }

        return described;
    }

    private static List<BrokerId> Ids(IEnumerable<int> ids) => [.. ids.Select(static id => new BrokerId(id))];

    private static bool IsReachable(RequestContext context, MetadataImage image, int id)
        => image.Cluster.TryGetBroker(id, out var broker) && !broker.IsFenced && broker.Endpoint(context.Connection.Listener.Name) is not null;

    private static bool IsOffline(RequestContext context, MetadataImage image, PartitionRegistration partition, int id)
        => !IsReachable(context, image, id)
            || (partition.TryGetDirectory(id, out var directory)
                && image.Cluster.TryGetBroker(id, out var broker)
                && !DirectoryIds.IsOnline(directory, broker.Directories.AsSpan()));
}
