using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Decides AssignReplicasToDirs: a broker says in which directories its replicas live (KIP-858). Pure. The controller's loop.</summary>
internal static class DirectoryAssignment
{
    public static ControllerResult<AssignReplicasToDirsResponse> Assign(ControllerState state, AssignReplicasToDirsRequest request)
    {
        var response = new AssignReplicasToDirsResponse { ErrorCode = Check(state, request) };
        var records = new List<MetadataRecord>();
        if (response.ErrorCode != ErrorCode.None)
        {
            return ControllerResult<AssignReplicasToDirsResponse>.NoChange(response);
        }

        foreach (var directory in request.Directories)
        {
            var directoryAnswer = new AssignReplicasToDirsResponse.DirectoryData { Id = directory.Id };
            response.Directories.Add(directoryAnswer);
            foreach (var topic in directory.Topics)
            {
                directoryAnswer.Topics.Add(new AssignReplicasToDirsResponse.TopicData
                {
                    TopicId = topic.TopicId,
                    Partitions =
                    [
                        .. topic.Partitions.Select(partition => new AssignReplicasToDirsResponse.PartitionData
                        {
                            PartitionIndex = partition.PartitionIndex,
                            ErrorCode = Assign(state, request.BrokerId, directory.Id, topic.TopicId, partition.PartitionIndex, records),
                        }),
                    ],
                });
            }
        }

        return new ControllerResult<AssignReplicasToDirsResponse>(records, response);
    }

    private static ErrorCode Check(ControllerState state, AssignReplicasToDirsRequest request)
        => !state.Version.IsDirectoryAssignmentSupported ? ErrorCode.UnsupportedVersion
            : !state.Image.Cluster.TryGetBroker(request.BrokerId, out var broker) ? ErrorCode.BrokerIdNotRegistered
            : broker.Epoch != request.BrokerEpoch ? ErrorCode.StaleBrokerEpoch
            : ErrorCode.None;

    private static ErrorCode Assign(ControllerState state, int brokerId, Uuid directory, Uuid topicId, int index, List<MetadataRecord> records)
    {
        if (!state.Image.Topics.TryGet(topicId, out var topic))
        {
            return ErrorCode.UnknownTopicId;
        }

        if (topic.Partition(index) is not { } partition)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        if (!partition.Replicas.Contains(brokerId))
        {
            return ErrorCode.NotLeaderOrFollower;
        }

        var change = new PartitionChange(state, topicId, index, partition) { Directories = { [brokerId] = directory } };
        if (!DirectoryIds.IsReserved(directory) && change.Build() is { } record)
        {
            records.Add(record);
        }

        return ErrorCode.None;
    }
}
