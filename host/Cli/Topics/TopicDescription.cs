using System.Globalization;
using System.Text;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Topics;

/// <summary><c>kafka-topics --describe</c>.</summary>
internal sealed class TopicDescription
{
    private static readonly string[] s_reports = ["under-replicated-partitions", "under-min-isr-partitions", "at-min-isr-partitions", "unavailable-partitions"];
    private readonly DescribedTopic _topic;
    private readonly IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult> _configs;
    private readonly IReadOnlyDictionary<int, DescribedMove> _moves;

    private TopicDescription(
        DescribedTopic topic, IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult> configs, IReadOnlyDictionary<int, DescribedMove> moves)
    {
        _topic = topic;
        _configs = configs;
        _moves = moves;
    }

    private IEnumerable<DescribeConfigsResponse.DescribeConfigsResourceResult> Overrides => _configs.Where(static config => config.ConfigSource != ConfigReads.DefaultSource);

    private int MinIsr => int.Parse(_configs.FirstOrDefault(static config => config.Name == "min.insync.replicas")?.Value ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Writes the topics that the flags ask for.</summary>
    public static async Task WriteAsync(ToolCall call, AdminSession session)
    {
        var descriptions = await LoadAsync(call, session);
        var brokers = (await session.LoadMetadataAsync([])).Nodes;
        if (call.Options.IsJson)
        {
            OutputTable.WriteJson(call.Out, json =>
            {
                json.WriteStartArray();
                foreach (var description in descriptions)
                    description.WriteJson(json, call.Options, brokers.Keys);
                json.WriteEndArray();
            });
            return;
        }

        foreach (var description in descriptions)
            description.WriteText(call.Out, call.Options, brokers.Keys);
    }

    private static async Task<IReadOnlyList<TopicDescription>> LoadAsync(ToolCall call, AdminSession session)
    {
        var topics = await FindTopicsAsync(call, session);
        if (topics.Count == 0)
            return [];
        var configs = await ConfigReads.ReadAsync(session, ConfigReads.Topic, [.. topics.Select(static topic => topic.Name)]);
        var moves = await TopicReads.MovesAsync(session, topics);
        return
        [
            .. topics.Select(topic => new TopicDescription(
                topic,
                configs.First(result => result.ResourceName == topic.Name).Configs,
                moves.Where(move => move.Topic == topic.Name).ToDictionary(static move => move.Partition))),
        ];
    }

    private static async Task<IReadOnlyList<DescribedTopic>> FindTopicsAsync(ToolCall call, AdminSession session)
    {
        if (call.Options.Value("topic-id") is not { } text || !Uuid.TryParse(text, out var id) || id == Uuid.Zero)
            return await TopicReads.DescribeAsync(session, await TopicsTool.FindAsync(call, session), call.Options.Int32("partition-size-limit-per-response") ?? 2000);
        var metadata = await session.LoadMetadataAsync(null);
        if (metadata.TopicsById.GetValueOrDefault(id) is { } topic && new TopicFilter(null, call.Options.Has("exclude-internal")).Allows(topic.Name))
            return [TopicReads.Of(topic)];
        return call.Options.Has("if-exists") ? [] : throw new ToolException($"TopicId '{id}' does not exist as expected");
    }

    private static string Join(IEnumerable<int>? ids) => ids is null ? "N/A" : string.Join(',', ids);

    private void WriteText(TextWriter writer, ToolOptions options, IReadOnlyCollection<int> brokers)
    {
        var showsTopic = !s_reports.Any(options.Has);
        if (showsTopic && (!options.Has("topics-with-overrides") || Overrides.Any()))
            WriteTopic(writer);
        if (options.Has("topics-with-overrides"))
            return;
        foreach (var partition in _topic.Partitions.Where(partition => IsShown(partition, options, brokers)))
            WritePartition(writer, partition);
    }

    private void WriteTopic(TextWriter writer)
    {
        var line = new StringBuilder($"Topic: {_topic.Name}");
        if (_topic.Id != Uuid.Zero)
            line.Append(CultureInfo.InvariantCulture, $"\tTopicId: {_topic.Id}");
        line.Append(CultureInfo.InvariantCulture, $"\tPartitionCount: {_topic.Partitions.Count}\tReplicationFactor: {ReplicationFactor(_topic.Partitions[0])}");
        line.Append(CultureInfo.InvariantCulture, $"\tConfigs: {string.Join(',', Overrides.Select(static config => $"{config.Name}={config.Value ?? "null"}"))}");
        writer.WriteLine(line);
    }

    private void WritePartition(TextWriter writer, DescribedPartition partition)
    {
        var line = new StringBuilder($"\tTopic: {_topic.Name}");
        line.Append(CultureInfo.InvariantCulture, $"\tPartition: {partition.Index}\tLeader: {(partition.Leader < 0 ? "none" : partition.Leader)}");
        line.Append(CultureInfo.InvariantCulture, $"\tReplicas: {Join(partition.Replicas)}\tIsr: {Join(partition.InSync)}");
        if (_moves.GetValueOrDefault(partition.Index) is { } move)
            line.Append(CultureInfo.InvariantCulture, $"\tAdding Replicas: {Join(move.Adding)}\tRemoving Replicas: {Join(move.Removing)}");
        line.Append(CultureInfo.InvariantCulture, $"\tElr: {Join(partition.Eligible)}\tLastKnownElr: {Join(partition.LastKnownEligible)}");
        writer.WriteLine(line);
    }

    private void WriteJson(System.Text.Json.Utf8JsonWriter json, ToolOptions options, IReadOnlyCollection<int> brokers)
    {
        if (options.Has("topics-with-overrides") && !Overrides.Any())
            return;
        DescribedPartition[] shown = [.. _topic.Partitions.Where(partition => IsShown(partition, options, brokers))];
        if (shown.Length == 0)
            return;
        json.WriteStartObject();
        json.WriteString("topic", _topic.Name);
        json.WriteString("topicId", _topic.Id.ToString());
        json.WriteNumber("partitionCount", _topic.Partitions.Count);
        json.WriteNumber("replicationFactor", ReplicationFactor(_topic.Partitions[0]));
        json.WriteStartObject("configs");
        foreach (var config in Overrides)
            json.WriteString(config.Name, config.Value);
        json.WriteEndObject();
        json.WriteStartArray("partitions");
        foreach (var partition in shown)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", partition.Index);
            (string Name, object? Value)[] fields =
            [
                ("leader", partition.Leader < 0 ? null : partition.Leader), ("replicas", partition.Replicas), ("isr", partition.InSync),
                ("elr", partition.Eligible), ("lastKnownElr", partition.LastKnownEligible),
            ];
            foreach (var (name, value) in fields)
            {
                json.WritePropertyName(name);
                OutputTable.WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private bool IsShown(DescribedPartition partition, ToolOptions options, IReadOnlyCollection<int> brokers)
    {
        if (!s_reports.Any(options.Has))
            return true;
        return (options.Has("under-replicated-partitions") && ReplicationFactor(partition) > partition.InSync.Count)
            || (options.Has("under-min-isr-partitions") && (partition.Leader < 0 || partition.InSync.Count < MinIsr))
            || (options.Has("at-min-isr-partitions") && partition.InSync.Count == MinIsr)
            || (options.Has("unavailable-partitions") && !brokers.Contains(partition.Leader));
    }

    // While replicas move, those that are added do not count (KIP-455).
    private int ReplicationFactor(DescribedPartition partition) =>
        partition.Replicas.Count - (_moves.GetValueOrDefault(partition.Index) is { } move && partition.Replicas.Any(id => move.Adding.Contains(id) || move.Removing.Contains(id))
            ? move.Adding.Count
            : 0);
}
