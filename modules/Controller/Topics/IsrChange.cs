using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Decides AlterPartition: the leader of a partition asks for another ISR (KIP-497). Pure: reads the state it is given. The controller's loop.</summary>
internal static class IsrChange
{
    public static ControllerResult<AlterPartitionResponse> Alter(ControllerState state, AlterPartitionRequest request)
    {
        if (!state.Image.Cluster.TryGetBroker(request.BrokerId, out var leader) || leader.Epoch != request.BrokerEpoch)
        {
            return ControllerResult<AlterPartitionResponse>.NoChange(new AlterPartitionResponse { ErrorCode = ErrorCode.StaleBrokerEpoch });
        }

        var response = new AlterPartitionResponse();
        var records = new List<MetadataRecord>();
        foreach (var topicRequest in request.Topics)
        {
            var topicResponse = new AlterPartitionResponse.TopicData { TopicId = topicRequest.TopicId };
            response.Topics.Add(topicResponse);
            state.Image.Topics.TryGet(topicRequest.TopicId, out var topic);
            foreach (var asked in topicRequest.Partitions)
            {
                topicResponse.Partitions.Add(Alter(state, request.BrokerId, topic, asked, records));
            }
        }

        return new ControllerResult<AlterPartitionResponse>(records, response);
    }

    private static AlterPartitionResponse.PartitionData Alter(
        ControllerState state, int brokerId, TopicImage? topic, AlterPartitionRequest.PartitionData asked, List<MetadataRecord> records)
    {
        if (topic is null)
        {
            return Refused(asked, ErrorCode.UnknownTopicId);
        }

        if (topic.Partition(asked.PartitionIndex) is not { } partition)
        {
            return Refused(asked, ErrorCode.UnknownTopicOrPartition);
        }

        List<int> isr = asked.NewIsrWithEpochs.Count > 0
            ? [.. asked.NewIsrWithEpochs.Select(static member => member.BrokerId.Value)]
            : [.. asked.NewIsr.Select(static id => id.Value)];
        if (Validate(state, brokerId, partition, asked, isr) is not ErrorCode.None and var error)
        {
            return Refused(asked, error);
        }

        var change = new PartitionChange(state, topic.Id, asked.PartitionIndex, partition)
        {
            Isr = isr, RecoveryState = (LeaderRecoveryState)asked.LeaderRecoveryState,
        }.Build();
        if (change is null)
        {
            return Accepted(asked, partition.Leader, partition.LeaderEpoch, isr, partition.PartitionEpoch);
        }

        records.Add(change.Value);
        var record = (PartitionChangeRecord)change.Value.Message;
        var isElection = record.Leader != PartitionRegistration.NoLeaderChange;

        // A leader that a reassignment removes elects its successor by completing it.
        return isElection && record.Leader != brokerId
            ? Refused(asked, ErrorCode.NewLeaderElected)
            : Accepted(
                asked,
                brokerId,
                partition.LeaderEpoch + (isElection ? 1 : 0),
                record.Isr?.Select(static id => id.Value) ?? partition.Isr,
                partition.PartitionEpoch + 1);
    }

    private static AlterPartitionResponse.PartitionData Accepted(
        AlterPartitionRequest.PartitionData asked, int leader, int leaderEpoch, IEnumerable<int> isr, int partitionEpoch) => new()
    {
        PartitionIndex = asked.PartitionIndex,
        LeaderId = new BrokerId(leader),
        LeaderEpoch = leaderEpoch,
        Isr = [.. isr.Select(static id => new BrokerId(id))],
        LeaderRecoveryState = asked.LeaderRecoveryState,
        PartitionEpoch = partitionEpoch,
    };

    private static ErrorCode Validate(
        ControllerState state, int brokerId, PartitionRegistration partition, AlterPartitionRequest.PartitionData asked, List<int> isr)
    {
        if (asked.LeaderEpoch > partition.LeaderEpoch || asked.PartitionEpoch > partition.PartitionEpoch)
        {
            // The leader knows more than this controller: it is not the active one any more.
            return ErrorCode.NotController;
        }

        if (asked.LeaderEpoch < partition.LeaderEpoch)
        {
            return ErrorCode.FencedLeaderEpoch;
        }

        if (partition.Leader != brokerId)
        {
            return ErrorCode.InvalidRequest;
        }

        if (asked.PartitionEpoch < partition.PartitionEpoch)
        {
            return ErrorCode.InvalidUpdateVersion;
        }

        if (isr.Count == 0 || !isr.Contains(brokerId) || isr.Distinct().Count() != isr.Count || !isr.TrueForAll(id => partition.Replicas.Contains(id)))
        {
            return ErrorCode.InvalidRequest;
        }

        if (asked.LeaderRecoveryState is not (0 or 1) || (asked.LeaderRecoveryState == 1 && (isr.Count > 1 || partition.LeaderRecoveryState == LeaderRecoveryState.Recovered)))
        {
            return ErrorCode.InvalidRequest;
        }

        var ineligible = isr.Exists(id => !partition.Isr.Contains(id) && !PartitionRecords.IsActive(state.Image.Cluster, id))
            || asked.NewIsrWithEpochs.Exists(member => member.BrokerEpoch != -1 && state.Image.Cluster.BrokerEpoch(member.BrokerId) != member.BrokerEpoch);
        return ineligible ? ErrorCode.IneligibleReplica : ErrorCode.None;
    }

    private static AlterPartitionResponse.PartitionData Refused(AlterPartitionRequest.PartitionData asked, ErrorCode error)
        => new() { PartitionIndex = asked.PartitionIndex, ErrorCode = error };
}
