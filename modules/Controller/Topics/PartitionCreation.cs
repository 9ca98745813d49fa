using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Decides CreatePartitions. Pure: reads the state it is given. The controller's loop.</summary>
internal static class PartitionCreation
{
    /// <summary>The most partitions that one request may create; more would make too large a batch of records.</summary>
    public const int MaxPartitionsPerRequest = 10_000;

    public static ControllerResult<CreatePartitionsResponse> Create(ControllerState state, CreatePartitionsRequest request)
    {
        var response = new CreatePartitionsResponse();
        var records = new List<MetadataRecord>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var duplicates = request.Topics.Select(static topic => topic.Name).Where(name => !names.Add(name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var topic = request.Topics.First(each => string.Equals(each.Name, name, StringComparison.Ordinal));
            var created = new List<MetadataRecord>();
            var refusal = duplicates.Contains(name)
                ? new ControllerRefusal(ErrorCode.InvalidRequest, "Duplicate topic name.")
                : Create(state, topic, MaxPartitionsPerRequest - records.Count, created);
            if (!refusal.IsRefused && !request.ValidateOnly)
            {
                records.AddRange(created);
            }

            response.Results.Add(new CreatePartitionsResponse.CreatePartitionsTopicResult
            {
                Name = name, ErrorCode = refusal.Error, ErrorMessage = refusal.Message,
            });
        }

        return new ControllerResult<CreatePartitionsResponse>(records, response);
    }

    private static ControllerRefusal Create(ControllerState state, CreatePartitionsRequest.CreatePartitionsTopic request, int most, List<MetadataRecord> records)
    {
        if (!state.Image.Topics.TryGet(request.Name, out var topic))
        {
            return new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition.Info().Message);
        }

        if (request.Count == topic.PartitionCount)
        {
            return new ControllerRefusal(ErrorCode.InvalidPartitions, $"Topic already has {topic.PartitionCount} partition(s).");
        }

        if (request.Count < topic.PartitionCount)
        {
            return new ControllerRefusal(
                ErrorCode.InvalidPartitions,
                $"The topic {request.Name} currently has {topic.PartitionCount} partition(s); {request.Count} would not be an increase.");
        }

        var additional = request.Count - topic.PartitionCount;
        if (request.Assignments is { } assignments && assignments.Count != additional)
        {
            return new ControllerRefusal(
                ErrorCode.InvalidReplicaAssignment,
                $"Attempted to add {additional} additional partition(s), but only {assignments.Count} assignment(s) were specified.");
        }

        // Before they are placed, which takes memory for each.
        if (additional > most)
        {
            return new ControllerRefusal(ErrorCode.PolicyViolation, "Excessively large number of partitions per request.");
        }

        var refusal = Replicas(state, topic, request, additional, out var replicas);
        if (!refusal.IsRefused)
        {
            for (var index = 0; index < additional; index++)
            {
                records.Add(PartitionRecords.ForNew(state, topic.Id, topic.PartitionCount + index, replicas[index]));
            }
        }

        return refusal;
    }

    private static ControllerRefusal Replicas(
        ControllerState state, TopicImage topic, CreatePartitionsRequest.CreatePartitionsTopic request, int additional, out List<List<int>> replicas)
    {
        var replicationFactor = topic.Partition(0)?.Replicas.Count ?? 1;
        if (request.Assignments is null)
        {
            var placing = ReplicaPlacement.TryPlace(
                state.Image.Cluster, additional, replicationFactor, topic.PartitionCount, state.Random, out replicas);
            return placing.IsRefused
                ? placing with { Message = $"Unable to replicate the partition {replicationFactor} time(s): {placing.Message}" }
                : placing;
        }

        replicas = [.. request.Assignments.Select(static assignment => assignment.BrokerIds.Select(static id => id.Value).ToList())];
        for (var index = 0; index < replicas.Count; index++)
        {
            var refusal = ReplicaAssignments.Validate(state.Image.Cluster, replicas[index], replicationFactor, topic.PartitionCount + index);
            if (refusal.IsRefused)
            {
                return refusal;
            }
        }

        return ControllerRefusal.None;
    }
}
