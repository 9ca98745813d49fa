using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>
/// Decides AlterPartitionReassignments and answers ListPartitionReassignments (KIP-455, KIP-860). A reassignment adds replicas first; those that leave do
/// so once the others are in sync. Pure but for the configuration. The controller's loop.
/// </summary>
internal sealed class PartitionReassignment(LiveConfiguration configuration)
{
    public ControllerResult<AlterPartitionReassignmentsResponse> Alter(ControllerState state, AlterPartitionReassignmentsRequest request)
    {
        var response = new AlterPartitionReassignmentsResponse { AllowReplicationFactorChange = request.AllowReplicationFactorChange };
        var records = new List<MetadataRecord>();
        foreach (var topic in request.Topics)
        {
            var answer = new AlterPartitionReassignmentsResponse.ReassignableTopicResponse { Name = topic.Name };
            response.Responses.Add(answer);
            foreach (var partition in topic.Partitions)
            {
                var refusal = Alter(state, topic.Name, partition, request.AllowReplicationFactorChange, records);
                answer.Partitions.Add(new AlterPartitionReassignmentsResponse.ReassignablePartitionResponse
                {
                    PartitionIndex = partition.PartitionIndex, ErrorCode = refusal.Error, ErrorMessage = refusal.Message,
                });
            }
        }

        return new ControllerResult<AlterPartitionReassignmentsResponse>(records, response);
    }

    public static ListPartitionReassignmentsResponse List(MetadataImage image, ListPartitionReassignmentsRequest request)
    {
        var response = new ListPartitionReassignmentsResponse();
        var asked = request.Topics?.Select(static topic => (topic.Name, Indexes: (IEnumerable<int>?)topic.PartitionIndexes))
            ?? image.Topics.ByName.Keys.Select(static name => (name, (IEnumerable<int>?)null));
        foreach (var (name, indexes) in asked)
        {
            if (!image.Topics.TryGet(name, out var topic))
            {
                continue;
            }

            var ongoing = new ListPartitionReassignmentsResponse.OngoingTopicReassignment { Name = name };
            foreach (var index in indexes ?? topic.Partitions.Select(static entry => entry.Key))
            {
                if (topic.Partition(index) is { IsReassigning: true } partition)
                {
                    ongoing.Partitions.Add(new ListPartitionReassignmentsResponse.OngoingPartitionReassignment
                    {
                        PartitionIndex = index,
                        Replicas = [.. partition.Replicas.Select(static id => new BrokerId(id))],
                        AddingReplicas = [.. partition.AddingReplicas.Select(static id => new BrokerId(id))],
                        RemovingReplicas = [.. partition.RemovingReplicas.Select(static id => new BrokerId(id))],
                    });
                }
            }

            if (ongoing.Partitions.Count > 0)
            {
                response.Topics.Add(ongoing);
            }
        }

        return response;
    }

    private ControllerRefusal Alter(
        ControllerState state,
        string topicName,
        AlterPartitionReassignmentsRequest.ReassignablePartition asked,
        bool mayChangeFactor,
        List<MetadataRecord> records)
    {
        if (!state.Image.Topics.TryGet(topicName, out var topic))
        {
            return new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, $"Unable to find a topic named {topicName}.");
        }

        if (topic.Partition(asked.PartitionIndex) is not { } partition)
        {
            return new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, $"Unable to find partition {topicName}:{asked.PartitionIndex}.");
        }

        var change = new PartitionChange(state, topic.Id, asked.PartitionIndex, partition);
        var refusal = asked.Replicas is null
            ? Cancel(topicName, asked.PartitionIndex, partition, change)
            : Reassign(state.Image.Cluster, partition, [.. asked.Replicas.Select(static id => id.Value)], mayChangeFactor, change);
        if (!refusal.IsRefused && change.Build() is { } record)
        {
            records.Add(record);
        }

        return refusal;
    }

    /// <summary>Takes out what was being added, and keeps what was being removed.</summary>
    private ControllerRefusal Cancel(string topic, int index, PartitionRegistration partition, PartitionChange change)
    {
        if (!partition.IsReassigning)
        {
            return new ControllerRefusal(ErrorCode.NoReassignmentInProgress, ErrorCode.NoReassignmentInProgress.Info().Message);
        }

        var allowsUnclean = configuration.Topics.Get(topic).UncleanLeaderElectionEnable;
        change.Replicas = [.. partition.Replicas.Except(partition.AddingReplicas)];
        change.Isr = [.. partition.Isr.Except(partition.AddingReplicas)];
        (change.Adding, change.Removing) = ([], []);
        if (change.Replicas.Count == 0)
        {
            return new ControllerRefusal(ErrorCode.InvalidReplicaAssignment, "Invalid replica assignment: addingReplicas contains all replicas.");
        }

        if (change.Isr.Count == 0)
        {
            // Only those that go are in sync: whoever leads instead has less than was acknowledged.
            if (!allowsUnclean)
            {
                return new ControllerRefusal(
                    ErrorCode.InvalidReplicaAssignment,
                    $"Unable to revert partition assignment for {topic}:{index} because it would require an unclean leader election.");
            }

            change.Isr = [change.Replicas[0]];
        }

        change.Election = allowsUnclean ? ElectionKind.Unclean : ElectionKind.Online;
        return ControllerRefusal.None;
    }

    private static ControllerRefusal Reassign(ClusterImage cluster, PartitionRegistration partition, List<int> target, bool mayChangeFactor, PartitionChange change)
    {
        if (ReplicaAssignments.ValidateBrokers(cluster, target) is { IsRefused: true } invalid)
        {
            return invalid;
        }

        // What counts is the number of replicas after a reassignment that is under way, not while it is.
        var factor = partition.Replicas.Union(partition.AddingReplicas).Except(partition.RemovingReplicas).Count();
        if (!mayChangeFactor && factor != target.Count)
        {
            return new ControllerRefusal(ErrorCode.InvalidReplicationFactor, $"The replication factor is changed from {factor} to {target.Count}");
        }

        List<int> removing = [.. partition.Replicas.Except(target).Order()];
        List<int> adding = [.. target.Except(partition.Replicas).Order()];
        change.Replicas = [.. target, .. removing];
        if (removing.Count > 0)
        {
            change.Removing = removing;
        }

        if (adding.Count > 0)
        {
            change.Adding = adding;
        }

        return ControllerRefusal.None;
    }
}
