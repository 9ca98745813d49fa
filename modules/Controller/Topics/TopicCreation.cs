using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Validate;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Decides CreateTopics: names, partitions, replicas, configuration. Pure: reads the state it is given. The controller's loop.</summary>
internal sealed class TopicCreation(ISettings<ControllerSettings> settings, ISettingsReader brokerValues)
{
    public ControllerResult<CreateTopicsResponse> Create(ControllerState state, CreateTopicsRequest request)
    {
        var response = new CreateTopicsResponse();
        var records = new List<MetadataRecord>();
        var names = request.Topics.GroupBy(static topic => topic.Name, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
        var partitions = request.Topics.Sum(topic => (long)Math.Max(topic.Assignments.Count, PartitionCount(topic)));
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topic in request.Topics)
        {
            if (!accepted.Add(topic.Name))
            {
                continue;
            }

            var plan = new Plan { Name = topic.Name };
            var refusal = names[topic.Name] > 1
                ? new ControllerRefusal(ErrorCode.InvalidRequest, "Duplicate topic name.")
                : partitions > PartitionCreation.MaxPartitionsPerRequest
                    ? new ControllerRefusal(ErrorCode.PolicyViolation, "Excessively large number of partitions per request.")
                    : Decide(state, topic, plan);
            response.Topics.Add(refusal.IsRefused ? Refused(topic.Name, refusal) : Accepted(state, plan, request.ValidateOnly ? null : records));
        }

        return new ControllerResult<CreateTopicsResponse>(records, response);
    }

    private static CreateTopicsResponse.CreatableTopicResult Refused(string name, ControllerRefusal refusal) => new()
    {
        Name = name, ErrorCode = refusal.Error, ErrorMessage = refusal.Message, Configs = null,
    };

    private static CreateTopicsResponse.CreatableTopicResult Accepted(ControllerState state, Plan plan, List<MetadataRecord>? records)
    {
        var result = new CreateTopicsResponse.CreatableTopicResult
        {
            Name = plan.Name,
            ErrorMessage = null,
            NumPartitions = plan.Replicas.Count,
            ReplicationFactor = (short)plan.Replicas[0].Count,
        };
        if (records is null)
        {
            return result;
        }

        result.TopicId = DirectoryIds.CreateRandom(state.Random);
        records.Add(new MetadataRecord(new TopicRecord { Name = plan.Name, TopicId = result.TopicId }, 0));
        records.AddRange(plan.Configs.Select(config => new MetadataRecord(
            new ConfigRecord { ResourceType = (sbyte)ConfigResourceType.Topic, ResourceName = plan.Name, Name = config.Key, Value = config.Value }, 0)));
        for (var index = 0; index < plan.Replicas.Count; index++)
        {
            records.Add(PartitionRecords.ForNew(state, result.TopicId, index, plan.Replicas[index]));
        }

        return result;
    }

    private ControllerRefusal Decide(ControllerState state, CreateTopicsRequest.CreatableTopic topic, Plan plan)
    {
        if (TopicNames.Validate(topic.Name) is { IsRefused: true } badName)
        {
            return badName;
        }

        if (state.Image.Topics.TryGet(topic.Name, out _))
        {
            return new ControllerRefusal(ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
        }

        if (TopicNames.FindCollision(topic.Name, state.Image.Topics) is { } other)
        {
            return new ControllerRefusal(ErrorCode.InvalidTopicException, $"Topic '{topic.Name}' collides with existing topic: {other}");
        }

        foreach (var config in topic.Configs)
        {
            plan.Configs[config.Name] = config.Value;
        }

        var verdict = TopicValidator.Validate(plan.Configs, NoConfigs, brokerValues);
        if (!verdict.IsValid)
        {
            return new ControllerRefusal(
                verdict.Refusal == ConfigurationRefusal.InvalidRequest ? ErrorCode.InvalidRequest : ErrorCode.InvalidConfig, verdict.Message);
        }

        return topic.Assignments.Count > 0 ? TakeAssignments(state, topic, plan) : Place(state, topic, plan);
    }

    private static readonly Dictionary<string, string> NoConfigs = [];

    private static ControllerRefusal TakeAssignments(ControllerState state, CreateTopicsRequest.CreatableTopic topic, Plan plan)
    {
        if (topic.ReplicationFactor != -1)
        {
            return new ControllerRefusal(
                ErrorCode.InvalidRequest, "A manual partition assignment was specified, but replication factor was not set to -1.");
        }

        if (topic.NumPartitions != -1)
        {
            return new ControllerRefusal(
                ErrorCode.InvalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }

        var byIndex = new SortedDictionary<int, List<int>>();
        foreach (var assignment in topic.Assignments)
        {
            List<int> replicas = [.. assignment.BrokerIds.Select(static id => id.Value)];
            if (!byIndex.TryAdd(assignment.PartitionIndex, replicas))
            {
                return new ControllerRefusal(
                    ErrorCode.InvalidReplicaAssignment, $"Found multiple manual partition assignments for partition {assignment.PartitionIndex}");
            }

            if (ReplicaAssignments.Validate(state.Image.Cluster, replicas, byIndex.Values.First().Count, assignment.PartitionIndex) is { IsRefused: true } bad)
            {
                return bad;
            }
        }

        for (var index = 0; index < byIndex.Count; index++)
        {
            if (!byIndex.ContainsKey(index))
            {
                return new ControllerRefusal(
                    ErrorCode.InvalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence");
            }
        }

        plan.Replicas = [.. byIndex.Values];
        return ControllerRefusal.None;
    }

    private ControllerRefusal Place(ControllerState state, CreateTopicsRequest.CreatableTopic topic, Plan plan)
    {
        if (topic.ReplicationFactor is < -1 or 0)
        {
            return new ControllerRefusal(
                ErrorCode.InvalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.");
        }

        if (topic.NumPartitions is < -1 or 0)
        {
            return new ControllerRefusal(ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.");
        }

        var replicationFactor = topic.ReplicationFactor == -1 ? settings.Current.DefaultReplicationFactor : topic.ReplicationFactor;
        var placing = ReplicaPlacement.TryPlace(state.Image.Cluster, PartitionCount(topic), replicationFactor, 0, state.Random, out var placed);
        plan.Replicas = placed;
        return placing.IsRefused
            ? placing with { Message = $"Unable to replicate the partition {replicationFactor} time(s): {placing.Message}" }
            : placing;
    }

    private int PartitionCount(CreateTopicsRequest.CreatableTopic topic) => topic.NumPartitions == -1 ? settings.Current.NumPartitions : topic.NumPartitions;

    private sealed class Plan
    {
        public required string Name { get; init; }

        public Dictionary<string, string?> Configs { get; } = new(StringComparer.Ordinal);

        public List<List<int>> Replicas { get; set; } = [];
    }
}
