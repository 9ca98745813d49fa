using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Decides ElectLeaders (KIP-183, KIP-460). Pure: reads the state it is given. The controller's loop.</summary>
internal static class LeaderElection
{
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;

    public static ControllerResult<ElectLeadersResponse> Elect(ControllerState state, ElectLeadersRequest request)
    {
        if (request.ElectionType is not (Preferred or Unclean))
        {
            return ControllerResult<ElectLeadersResponse>.NoChange(Refused(request, new ControllerRefusal(
                ErrorCode.InvalidRequest, $"Unknown election type {request.ElectionType}")));
        }

        var kind = request.ElectionType == Preferred ? ElectionKind.Preferred : ElectionKind.Unclean;
        var records = new List<MetadataRecord>();
        var response = new ElectLeadersResponse();
        var asked = request.TopicPartitions?.Select(static topic => (topic.Topic, Partitions: (IEnumerable<int>)topic.Partitions))
            ?? state.Image.Topics.ByName.Values.Select(static topic => (topic.Name, topic.Partitions.Select(static entry => entry.Key)));
        foreach (var (topic, partitions) in asked)
        {
            var results = new ElectLeadersResponse.ReplicaElectionResult { Topic = topic };
            response.ReplicaElectionResults.Add(results);
            foreach (var partition in partitions)
            {
                var refusal = Elect(state, topic, partition, kind, records);

                // Who asks for all of them does not want to hear of those that are well.
                if (request.TopicPartitions is not null || refusal.Error != ErrorCode.ElectionNotNeeded)
                {
                    results.PartitionResult.Add(new ElectLeadersResponse.PartitionResult
                    {
                        PartitionId = partition, ErrorCode = refusal.Error, ErrorMessage = refusal.Message,
                    });
                }
            }
        }

        return new ControllerResult<ElectLeadersResponse>(records, response);
    }

    /// <summary>The response that refuses all that is asked for.</summary>
    public static ElectLeadersResponse Refused(ElectLeadersRequest request, ControllerRefusal refusal)
    {
        var response = new ElectLeadersResponse { ErrorCode = refusal.Error };
        foreach (var topic in request.TopicPartitions ?? [])
        {
            response.ReplicaElectionResults.Add(new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = topic.Topic,
                PartitionResult =
                [
                    .. topic.Partitions.Select(partition => new ElectLeadersResponse.PartitionResult
                    {
                        PartitionId = partition, ErrorCode = refusal.Error, ErrorMessage = refusal.Message,
                    }),
                ],
            });
        }

        return response;
    }

    private static ControllerRefusal Elect(ControllerState state, string topicName, int index, ElectionKind kind, List<MetadataRecord> records)
    {
        if (!state.Image.Topics.TryGet(topicName, out var topic))
        {
            return new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, $"No such topic as {topicName}");
        }

        if (topic.Partition(index) is not { } partition)
        {
            return new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, $"No such partition as {topicName}-{index}");
        }

        if (kind == ElectionKind.Preferred ? partition.Leader == partition.PreferredLeader : partition.HasLeader)
        {
            return Refuse(ErrorCode.ElectionNotNeeded);
        }

        if (new PartitionChange(state, topic.Id, index, partition) { Election = kind }.Build() is { } record)
        {
            records.Add(record);
            return ControllerRefusal.None;
        }

        return Refuse(kind == ElectionKind.Preferred ? ErrorCode.PreferredLeaderNotAvailable : ErrorCode.EligibleLeadersNotAvailable);
    }

    private static ControllerRefusal Refuse(ErrorCode error) => new(error, error.Info().Message);
}
