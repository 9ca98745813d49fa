using Kafka.Modular.Controller;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Tells the controller of this process where replicas live. Any thread.</summary>
internal sealed class DirectoryAssignments(int brokerId, MetadataController controller, MetadataCache metadata, TimeProvider time, ILogger logger) : IDirectoryAssignments
{
    private static readonly TimeSpan s_retryBackoff = TimeSpan.FromMilliseconds(500);

    public async Task AssignAsync(Uuid topicId, TopicPartition partition, Uuid directoryId, CancellationToken cancellationToken)
    {
        while (await TryAssignAsync(topicId, partition, directoryId, cancellationToken) is not ErrorCode.None and var error)
        {
            logger.DirectoryNotAssigned(partition, error);

            // A controller that knows no directories needs not know of this one; a partition that is gone ends its move by itself.
            if (error == ErrorCode.UnsupportedVersion)
                return;
            await Task.Delay(s_retryBackoff, time, cancellationToken);
        }
    }

    private async Task<ErrorCode> TryAssignAsync(Uuid topicId, TopicPartition partition, Uuid directoryId, CancellationToken cancellationToken)
    {
        var topic = new AssignReplicasToDirsRequest.TopicData
        {
            TopicId = topicId, Partitions = [new AssignReplicasToDirsRequest.PartitionData { PartitionIndex = partition.Partition }],
        };
        var response = await controller.AssignReplicasAsync(
            new AssignReplicasToDirsRequest
            {
                BrokerId = (BrokerId)brokerId,
                BrokerEpoch = metadata.Image.Cluster.BrokerEpoch(brokerId),
                Directories = [new AssignReplicasToDirsRequest.DirectoryData { Id = directoryId, Topics = [topic] }],
            },
            cancellationToken);
        return response is null ? ErrorCode.NotController
            : response.ErrorCode != ErrorCode.None ? response.ErrorCode
            : response.Directories[0].Topics[0].Partitions[0].ErrorCode;
    }
}
