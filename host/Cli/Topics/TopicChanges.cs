using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Topics;

/// <summary><c>kafka-topics --create</c> and <c>--alter</c>.</summary>
internal static class TopicChanges
{
    /// <summary>Creates the topic of <c>--topic</c>.</summary>
    public static async Task CreateAsync(ToolCall call, AdminSession session)
    {
        var options = call.Options;
        var name = options.Value("topic")!;
        if (name.AsSpan().IndexOfAny('.', '_') >= 0)
        {
            call.Out.WriteLine(
                "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use "
                + "either, but not both.");
        }

        if (options.Int32("replication-factor") is < 1 or > short.MaxValue)
            throw new ToolException($"The replication factor must be between 1 and {short.MaxValue} inclusive");
        if (options.Int32("partitions") is < 1)
            throw new ToolException("The partitions must be greater than 0");
        var assignment = ReadAssignment(options.Value("replica-assignment"));
        var topic = new CreateTopicsRequest.CreatableTopic
        {
            Name = name,
            NumPartitions = assignment.Count > 0 ? -1 : options.Int32("partitions") ?? -1,
            ReplicationFactor = assignment.Count > 0 ? (short)-1 : (short)(options.Int32("replication-factor") ?? -1),
            Assignments = [.. assignment.Select(static (brokers, i) => new CreateTopicsRequest.CreatableReplicaAssignment { PartitionIndex = i, BrokerIds = [.. brokers.Select(static id => (BrokerId)id)] })],
            Configs = [.. options.Values("config").Select(ReadConfig)],
        };
        var response = await session.SendAsync(
            RequestTarget.Controller, new CreateTopicsRequest { Topics = [topic], TimeoutMs = AdminSession.ChangeTimeoutMs }, ErrorOf);
        var result = response.Topics[0];
        if (result.ErrorCode == ErrorCode.TopicAlreadyExists && options.Has("if-not-exists"))
            return;
        AdminSession.Check(result.ErrorCode, result.ErrorMessage);
        if (options.IsJson)
            WriteJson(call.Out, result);
        else
            call.Out.WriteLine($"Created topic {name}.");
    }

    /// <summary>Grows the topics that <c>--topic</c> names.</summary>
    public static async Task AlterAsync(ToolCall call, AdminSession session)
    {
        var names = await TopicsTool.FindAsync(call, session);
        if (names.Count == 0)
            return;
        var count = call.Options.Int32("partitions")!.Value;
        var assignment = ReadAssignment(call.Options.Value("replica-assignment"));
        var metadata = await session.LoadMetadataAsync([.. names]);
        var request = new CreatePartitionsRequest
        {
            Topics =
            [
                .. names.Select(name => new CreatePartitionsRequest.CreatePartitionsTopic
                {
                    Name = name,
                    Count = count,
                    Assignments = assignment.Count == 0 ? null :
                    [
                        .. assignment.Skip(metadata.Topics[name].Partitions.Count)
                            .Select(static brokers => new CreatePartitionsRequest.CreatePartitionsAssignment { BrokerIds = [.. brokers.Select(static id => (BrokerId)id)] }),
                    ],
                }),
            ],
            TimeoutMs = AdminSession.ChangeTimeoutMs,
        };
        var response = await session.SendAsync(RequestTarget.Controller, request);
        foreach (var result in response.Results)
            AdminSession.Check(result.ErrorCode, result.ErrorMessage);
    }

    /// <summary>Reads <c>--replica-assignment</c>: partitions separated by commas, their brokers by colons.</summary>
    /// <exception cref="ToolException">It is not of that form.</exception>
    internal static List<int[]> ReadAssignment(string? text)
    {
        var partitions = new List<int[]>();
        foreach (var part in string.IsNullOrEmpty(text) ? [] : text.Split(','))
        {
            int[] brokers = [.. part.Split(':').Select(ReadBroker)];
            int[] twice = [.. brokers.GroupBy(static id => id).Where(static group => group.Count() > 1).Select(static group => group.Key)];
            if (twice.Length > 0)
                throw new ToolException($"Partition replica lists may not contain duplicate entries: {string.Join(',', twice)}");
            if (partitions.Count > 0 && partitions[0].Length != brokers.Length)
                throw new ToolException($"Partition {partitions.Count} has different replication factor: [{string.Join(", ", brokers)}]");
            partitions.Add(brokers);
        }

        return partitions;
    }

    private static int ReadBroker(string text) => int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new ToolException($"For input string: \"{text.Trim()}\"");

    private static CreateTopicsRequest.CreatableTopicConfig ReadConfig(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new ToolException("requirement failed: Invalid topic config: all configs to be added must be in the format \"key=val\".");
        return new CreateTopicsRequest.CreatableTopicConfig { Name = text[..equals].Trim(), Value = text[(equals + 1)..].Trim() };
    }

    private static ErrorCode ErrorOf(CreateTopicsResponse response) => response.Topics is [{ ErrorCode: ErrorCode.NotController }] ? ErrorCode.NotController : ErrorCode.None;

    private static void WriteJson(TextWriter writer, CreateTopicsResponse.CreatableTopicResult result) => OutputTable.WriteJson(writer, json =>
    {
        json.WriteStartObject();
        json.WriteString("topic", result.Name);
        json.WriteString("topicId", result.TopicId.ToString());
        json.WriteNumber("partitionCount", result.NumPartitions);
        json.WriteNumber("replicationFactor", result.ReplicationFactor);
        json.WriteEndObject();
    });
}
