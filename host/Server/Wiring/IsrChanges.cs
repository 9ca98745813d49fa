using Kafka.Modular.Controller;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Asks the controller of this process for other ISRs. Any thread.</summary>
internal sealed class IsrChanges(int brokerId, MetadataController controller, MetadataCache metadata, ILogger logger, Counter refused) : IIsrChanges
{
    public void Request(TopicPartition partition, Uuid topicId, int leaderEpoch, int partitionEpoch, IReadOnlyList<int> isr, Action onDone)
        => _ = RequestAsync(partition, topicId, leaderEpoch, partitionEpoch, isr, onDone);

    private async Task RequestAsync(
        TopicPartition partition, Uuid topicId, int leaderEpoch, int partitionEpoch, IReadOnlyList<int> isr, Action onDone)
    {
        // The caller holds the partition's lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var cluster = metadata.Image.Cluster;
            var change = new AlterPartitionRequest.PartitionData
            {
                PartitionIndex = partition.Partition, LeaderEpoch = leaderEpoch, PartitionEpoch = partitionEpoch,
            };
            foreach (var id in isr)
                change.NewIsrWithEpochs.Add(new AlterPartitionRequest.BrokerState { BrokerId = (BrokerId)id, BrokerEpoch = cluster.BrokerEpoch(id) });
            var request = new AlterPartitionRequest { BrokerId = (BrokerId)brokerId, BrokerEpoch = cluster.BrokerEpoch(brokerId) };
            request.Topics.Add(new AlterPartitionRequest.TopicData { TopicId = topicId, Partitions = { change } });
            var response = await controller.AlterPartitionAsync(request, CancellationToken.None);
            var error = response is null ? ErrorCode.NotController
                : response.ErrorCode != ErrorCode.None ? response.ErrorCode
                : response.Topics[0].Partitions[0].ErrorCode;
            if (error != ErrorCode.None)
            {
                refused.Increment();
                logger.IsrNotChanged(partition, error);
            }
        }
        catch (OperationCanceledException)
        {
            // The controller stops, and this broker with it.
        }
        finally
        {
            onDone();
        }
    }
}
