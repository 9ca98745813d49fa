using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Handlers.Records;

/// <summary>DeleteRecords (KIP-107): the leader's log starts later at once; the answer waits until the followers' do, too, or the time is over.</summary>
public sealed class DeleteRecordsHandler(HandlerServices services, ReplicaManager replicas, MetadataCache metadata)
    : Handler<DeleteRecordsRequest, DeleteRecordsResponse>(services)
{
    private const long NoLowWatermark = -1;

    /// <inheritdoc/>
    protected override async ValueTask<DeleteRecordsResponse> HandleAsync(RequestContext context, DeleteRecordsRequest request)
    {
        var image = metadata.Image;
        var awaited = new List<AwaitedDeletion>();
        var deletable = new AllowedNames(Services.Access, context, AclOperation.Delete, ResourceType.Topic);
        var response = Answer(request, (topic, asked) => deletable.Allows(topic)
            ? Delete(image, new TopicPartition(topic, asked.PartitionIndex), asked.Offset, awaited)
            : Failed(asked.PartitionIndex, ErrorCode.TopicAuthorizationFailed));
        if (awaited.Count > 0)
        {
            await AwaitFollowersAsync(context, awaited, request.TimeoutMs);
        }

        return response;
    }

    /// <inheritdoc/>
    protected override DeleteRecordsResponse OnError(RequestContext context, DeleteRecordsRequest request, ErrorCode error)
        => Answer(request, (_, asked) => Failed(asked.PartitionIndex, error));

    /// <summary>A topic or partition that is named twice is answered once, with what is named last.</summary>
    private static DeleteRecordsResponse Answer(
        DeleteRecordsRequest request, Func<string, DeleteRecordsRequest.DeleteRecordsPartition, DeleteRecordsResponse.DeleteRecordsPartitionResult> delete)
    {
        var response = new DeleteRecordsResponse();
        foreach (var topic in request.Topics.GroupBy(static topic => topic.Name, StringComparer.Ordinal))
        {
            var partitions = topic.SelectMany(static each => each.Partitions).GroupBy(static partition => partition.PartitionIndex);
            response.Topics.Add(new DeleteRecordsResponse.DeleteRecordsTopicResult
            {
                Name = topic.Key, Partitions = [.. partitions.Select(partition => delete(topic.Key, partition.Last()))],
            });
        }

        return response;
    }

    private static DeleteRecordsResponse.DeleteRecordsPartitionResult Failed(int partition, ErrorCode error)
        => new() { PartitionIndex = partition, ErrorCode = error, LowWatermark = NoLowWatermark };

    private DeleteRecordsResponse.DeleteRecordsPartitionResult Delete(
        MetadataImage image, TopicPartition topicPartition, long offset, List<AwaitedDeletion> awaited)
    {
        var index = topicPartition.Partition;
        if (image.Topics.Partition(topicPartition.Topic, index) is null)
        {
            return Failed(index, ErrorCode.UnknownTopicOrPartition);
        }

        if (InternalTopicNames.Contains(topicPartition.Topic))
        {
            return Failed(index, ErrorCode.InvalidTopicException);
        }

        if (!replicas.TryGet(topicPartition, out var partition))
        {
            return Failed(index, ErrorCode.NotLeaderOrFollower);
        }

        try
        {
            if (partition.DeleteRecords(ref offset) is not ErrorCode.None and var error)
            {
                return Failed(index, error);
            }
        }
        catch (LogStoreException exception)
        {
            Services.Logger.DeletionFailed(exception, topicPartition);
            return Failed(index, ErrorCode.KafkaStorageError);
        }

        var result = new DeleteRecordsResponse.DeleteRecordsPartitionResult { PartitionIndex = index, LowWatermark = partition.LowWatermark };
        if (result.LowWatermark < offset)
        {
            awaited.Add(new AwaitedDeletion(replicas, partition, offset, result));
        }

        return result;
    }

    private async Task AwaitFollowersAsync(RequestContext context, List<AwaitedDeletion> awaited, int timeoutMs)
    {
        var parked = new ParkedDeletion(awaited);
        awaited.ForEach(deletion => deletion.Partition.Parked.Add(parked));
        if (!parked.Check())
        {
            parked.ExpireAfter(replicas.Timers, TimeSpan.FromMilliseconds(Math.Max(timeoutMs, 0)));
        }

        await using (context.Cancellation.UnsafeRegister(static state => ((ParkedDeletion)state!).End(), parked))
        {
            await parked.Completion;
        }
    }
}
