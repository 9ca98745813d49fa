using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Handlers.Records;

/// <summary>
/// ListOffsets: by timestamp, and the special ones by number: latest, earliest (KIP-79), max timestamp (KIP-734), earliest local (KIP-405), latest tiered
/// (KIP-1005), earliest pending upload (KIP-1023). Consumers see up to the high watermark, or the last stable offset.
/// </summary>
public sealed class ListOffsetsHandler(HandlerServices services, ReplicaManager replicas, MetadataCache metadata)
    : Handler<ListOffsetsRequest, ListOffsetsResponse>(services)
{
    private const int Consumer = -1;
    private const short FirstVersionWithLeaderEpoch = 4;
    private const int DebuggingConsumer = -2;
    private const sbyte ReadCommitted = 1;

    /// <summary>The first version that knows each special timestamp; below it the request is refused.</summary>
    private static readonly Dictionary<long, short> FirstVersions = new()
    {
        [ListOffsetsTimestamp.Max] = 7,
        [ListOffsetsTimestamp.EarliestLocal] = 8,
        [ListOffsetsTimestamp.LatestTiered] = 9,
        [ListOffsetsTimestamp.EarliestPendingUpload] = 11,
    };

    /// <inheritdoc/>
    protected override ValueTask<ListOffsetsResponse> HandleAsync(RequestContext context, ListOffsetsRequest request)
    {
        var seen = new HashSet<TopicPartition>();
        var duplicates = request.Topics.SelectMany(static topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.PartitionIndex)))
            .Where(partition => !seen.Add(partition))
            .ToHashSet();
        var refused = Services.Access.TakeRefused(context, AclOperation.Describe, ResourceType.Topic, request.Topics, static topic => topic.Name);
        var response = Answer(request.Topics, (topic, partition) =>
        {
            var topicPartition = new TopicPartition(topic, partition.PartitionIndex);
            return duplicates.Contains(topicPartition)
                ? Failed(partition, ErrorCode.InvalidRequest)
                : Find(context, request, topicPartition, partition);
        });
        response.Topics.AddRange(Answer(refused, static (_, partition) => Failed(partition, ErrorCode.TopicAuthorizationFailed)).Topics);
        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override ListOffsetsResponse OnError(RequestContext context, ListOffsetsRequest request, ErrorCode error)
        => Answer(request.Topics, (_, partition) => Failed(partition, error));

    private static ListOffsetsResponse Answer(
        IReadOnlyList<ListOffsetsRequest.ListOffsetsTopic> topics,
        Func<string, ListOffsetsRequest.ListOffsetsPartition, ListOffsetsResponse.ListOffsetsPartitionResponse> find)
    {
        var response = new ListOffsetsResponse();
        foreach (var topic in topics)
        {
            response.Topics.Add(new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = topic.Name, Partitions = [.. topic.Partitions.Select(partition => find(topic.Name, partition))],
            });
        }

        return response;
    }

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Failed(ListOffsetsRequest.ListOffsetsPartition asked, ErrorCode error)
        => new() { PartitionIndex = asked.PartitionIndex, ErrorCode = error, Timestamp = -1, Offset = -1, LeaderEpoch = -1 };

    private ListOffsetsResponse.ListOffsetsPartitionResponse Find(
        RequestContext context, ListOffsetsRequest request, TopicPartition topicPartition, ListOffsetsRequest.ListOffsetsPartition asked)
    {
        if (asked.Timestamp < ListOffsetsTimestamp.EarliestPendingUpload
            || (FirstVersions.TryGetValue(asked.Timestamp, out var firstVersion) && context.ApiVersion < firstVersion))
        {
            return Failed(asked, ErrorCode.UnsupportedVersion);
        }

        if (!replicas.TryGet(topicPartition, out var partition))
        {
            return Failed(asked, metadata.Image.Topics.Partition(topicPartition.Topic, topicPartition.Partition) is null
                ? ErrorCode.UnknownTopicOrPartition
                : ErrorCode.NotLeaderOrFollower);
        }

        // A debugging consumer may ask a follower, too.
        var leads = partition.CheckLeader(asked.CurrentLeaderEpoch);
        if (leads != ErrorCode.None && !(request.ReplicaId.Value == DebuggingConsumer && leads == ErrorCode.NotLeaderOrFollower && partition.Log is not null))
        {
            return Failed(asked, leads);
        }

        try
        {
            var answer = Find(request, partition, partition.Log!, asked);
            if (context.ApiVersion < FirstVersionWithLeaderEpoch)
            {
                answer.LeaderEpoch = -1;
            }

            return answer;
        }
        catch (LogStoreException exception)
        {
            Services.Logger.ReadFailed(exception, topicPartition);
            return Failed(asked, ErrorCode.KafkaStorageError);
        }
    }

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Find(
        ListOffsetsRequest request, Partition partition, PartitionLog log, ListOffsetsRequest.ListOffsetsPartition asked)
    {
        long? limit = request.ReplicaId.Value != Consumer ? null : request.IsolationLevel == ReadCommitted ? log.LastStableOffset : log.HighWatermark;
        var answer = new ListOffsetsResponse.ListOffsetsPartitionResponse { PartitionIndex = asked.PartitionIndex, Timestamp = -1, Offset = -1, LeaderEpoch = -1 };
        if (asked.Timestamp == ListOffsetsTimestamp.Latest)
        {
            answer.Offset = limit ?? log.LogEndOffset;
            answer.LeaderEpoch = partition.LeaderEpoch;
            return answer;
        }

        if (log.FindOffset(asked.Timestamp) is { } found && (limit is null || found.Offset < limit || asked.Timestamp is ListOffsetsTimestamp.Earliest or ListOffsetsTimestamp.EarliestLocal))
        {
            (answer.Timestamp, answer.Offset, answer.LeaderEpoch) = (found.Timestamp, found.Offset, found.LeaderEpoch ?? -1);
        }

        return answer;
    }
}
