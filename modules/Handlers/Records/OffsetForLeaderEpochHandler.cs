using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Records;

/// <summary>
/// OffsetForLeaderEpoch: where a leader epoch ends, for those who look where their log and the leader's part (KIP-101, KIP-320). Brokers may ask about every
/// topic, consumers about those that they may describe.
/// </summary>
public sealed class OffsetForLeaderEpochHandler(HandlerServices services, ReplicaManager replicas, MetadataCache metadata)
    : Handler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<OffsetForLeaderEpochResponse> HandleAsync(RequestContext context, OffsetForLeaderEpochRequest request)
    {
        var refused = Services.Access.AllowsOnCluster(context.Identity, AclOperation.ClusterAction, logsDenial: false)
            ? []
            : Services.Access.TakeRefused(context, AclOperation.Describe, ResourceType.Topic, request.Topics, static topic => topic.Topic);
        var response = Answer(request.Topics, Find);
        response.Topics.AddRange(Answer(refused, static (_, partition) => Failed(partition, ErrorCode.TopicAuthorizationFailed)).Topics);
        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override OffsetForLeaderEpochResponse OnError(RequestContext context, OffsetForLeaderEpochRequest request, ErrorCode error)
        => Answer(request.Topics, (_, partition) => Failed(partition, error));

    private static OffsetForLeaderEpochResponse.EpochEndOffset Failed(OffsetForLeaderEpochRequest.OffsetForLeaderPartition asked, ErrorCode error)
        => new() { Partition = asked.Partition, ErrorCode = error };

    private static OffsetForLeaderEpochResponse Answer(
        IReadOnlyList<OffsetForLeaderEpochRequest.OffsetForLeaderTopic> topics,
        Func<string, OffsetForLeaderEpochRequest.OffsetForLeaderPartition, OffsetForLeaderEpochResponse.EpochEndOffset> find)
    {
        var response = new OffsetForLeaderEpochResponse();
        foreach (var topic in topics)
        {
            response.Topics.Add(new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
            {
                Topic = topic.Topic, Partitions = [.. topic.Partitions.Select(partition => find(topic.Topic, partition))],
            });
        }

        return response;
    }

    private OffsetForLeaderEpochResponse.EpochEndOffset Find(string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition asked)
    {
        var result = new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = asked.Partition };
        if (!replicas.TryGet(new TopicPartition(topic, asked.Partition), out var partition))
        {
            result.ErrorCode = metadata.Image.Topics.Partition(topic, asked.Partition) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.NotLeaderOrFollower;
            return result;
        }

        result.ErrorCode = partition.CheckLeader(asked.CurrentLeaderEpoch);
        if (result.ErrorCode == ErrorCode.None)
        {
            var end = partition.EndOffsetForEpoch(asked.LeaderEpoch);
            (result.LeaderEpoch, result.EndOffset) = (end.Epoch, end.EndOffset);
        }

        return result;
    }
}
