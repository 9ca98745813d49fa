using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Handlers.LogDirs;

/// <summary>
/// AlterReplicaLogDirs (KIP-113): begins to move replicas of this broker between its directories. The answer says that the moves have begun;
/// DescribeLogDirs shows how far they are.
/// </summary>
public sealed class AlterReplicaLogDirsHandler(HandlerServices services, ReplicaManager replicas, MetadataCache metadata)
    : Handler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<AlterReplicaLogDirsResponse> HandleAsync(RequestContext context, AlterReplicaLogDirsRequest request)
    {
        if (!Services.Access.AllowsOnCluster(context.Identity, AclOperation.Alter))
        {
            return OnError(context, request, ErrorCode.ClusterAuthorizationFailed);
        }

        // A partition that is named for two directories goes to the last.
        var targets = new Dictionary<TopicPartition, string>();
        foreach (var directory in request.Dirs)
        {
            foreach (var partition in directory.Topics.SelectMany(static topic => topic.Partitions.Select(index => new TopicPartition(topic.Name, index))))
            {
                targets[partition] = directory.Path;
            }
        }

        var response = new AlterReplicaLogDirsResponse();
        foreach (var topic in targets.GroupBy(static target => target.Key.Topic, StringComparer.Ordinal))
        {
            var answer = new AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult { TopicName = topic.Key };
            response.Results.Add(answer);
            foreach (var (partition, path) in topic)
            {
                answer.Partitions.Add(new AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult
                {
                    PartitionIndex = partition.Partition, ErrorCode = await MoveAsync(partition, path, context.Cancellation),
                });
            }
        }

        return response;
    }

    /// <inheritdoc/>
    protected override AlterReplicaLogDirsResponse OnError(RequestContext context, AlterReplicaLogDirsRequest request, ErrorCode error) => new()
    {
        Results =
        [
            .. request.Dirs.SelectMany(static directory => directory.Topics).Select(topic => new AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult
            {
                TopicName = topic.Name,
                Partitions =
                [
                    .. topic.Partitions.Select(index => new AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult { PartitionIndex = index, ErrorCode = error }),
                ],
            }),
        ],
    };

    private async Task<ErrorCode> MoveAsync(TopicPartition partition, string path, CancellationToken cancellationToken)
    {
        try
        {
            var error = await replicas.MoveAsync(partition, path, cancellationToken);
            return error == ErrorCode.ReplicaNotAvailable && metadata.Image.Topics.Partition(partition.Topic, partition.Partition) is null
                ? ErrorCode.UnknownTopicOrPartition
                : error;
        }
        catch (LogStoreException exception)
        {
            Services.Logger.MoveFailed(exception, partition, path);
            return ErrorCode.KafkaStorageError;
        }
    }
}
