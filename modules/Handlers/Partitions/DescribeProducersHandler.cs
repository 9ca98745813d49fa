using Kafka.Modular.Controller.Topics;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Partitions;

/// <summary>DescribeProducers (KIP-664): the producers whose state a replica of this broker keeps, for finding transactions that hang.</summary>
public sealed class DescribeProducersHandler(HandlerServices services, ReplicaManager replicas, MetadataCache metadata)
    : Handler<DescribeProducersRequest, DescribeProducersResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeProducersResponse> HandleAsync(RequestContext context, DescribeProducersRequest request)
    {
        var response = new DescribeProducersResponse();
        foreach (var topic in request.Topics)
        {
            var refusal = CheckTopic(context, topic.Name);
            response.Topics.Add(new DescribeProducersResponse.TopicResponse
            {
                Name = topic.Name,
                Partitions =
                [
                    .. topic.PartitionIndexes.Select(index => refusal.IsRefused
                        ? new DescribeProducersResponse.PartitionResponse { PartitionIndex = index, ErrorCode = refusal.Error, ErrorMessage = refusal.Message }
                        : Describe(new TopicPartition(topic.Name, index))),
                ],
            });
        }

        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override DescribeProducersResponse OnError(RequestContext context, DescribeProducersRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new DescribeProducersResponse.TopicResponse
            {
                Name = topic.Name,
                Partitions = [.. topic.PartitionIndexes.Select(index => new DescribeProducersResponse.PartitionResponse { PartitionIndex = index, ErrorCode = error })],
            }),
        ],
    };

    private Refusal CheckTopic(RequestContext context, string name)
    {
        if (TopicNames.Validate(name) is { IsRefused: true } invalid)
        {
            return new Refusal(invalid.Error, invalid.Message);
        }

        if (!Services.Access.Allows(context.Identity, AclOperation.Read, ResourceType.Topic, name))
        {
            return new Refusal(ErrorCode.TopicAuthorizationFailed, ErrorCode.TopicAuthorizationFailed.Info().Message);
        }

        return metadata.Image.Topics.TryGet(name, out _)
            ? Refusal.None
            : new Refusal(ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition.Info().Message);
    }

    private DescribeProducersResponse.PartitionResponse Describe(TopicPartition topicPartition)
    {
        var answer = new DescribeProducersResponse.PartitionResponse { PartitionIndex = topicPartition.Partition };
        if (!replicas.TryGet(topicPartition, out var partition) || partition.Log is not { } log)
        {
            answer.ErrorCode = metadata.Image.Topics.Partition(topicPartition.Topic, topicPartition.Partition) is null
                ? ErrorCode.UnknownTopicOrPartition
                : ErrorCode.NotLeaderOrFollower;
            return answer;
        }

        answer.ActiveProducers.AddRange(log.DescribeProducers().Select(static producer => new DescribeProducersResponse.ProducerState
        {
            ProducerId = new ProducerId(producer.ProducerId),
            ProducerEpoch = producer.Epoch,
            LastSequence = producer.LastSequence,
            LastTimestamp = producer.LastTimestamp,
            CoordinatorEpoch = producer.CoordinatorEpoch,
            CurrentTxnStartOffset = producer.TransactionStartOffset,
        }));
        return answer;
    }
}
