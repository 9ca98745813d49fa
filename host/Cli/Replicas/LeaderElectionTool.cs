using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Replicas;

/// <summary><c>kafka-leader-election</c> (KIP-460).</summary>
internal static class LeaderElectionTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        Check(options);
        var type = options.Value("election-type")!.ToUpperInvariant();
        var partitions = await ReadAsync(call);
        await using var session = AdminSession.Open(call);
        var request = new ElectLeadersRequest
        {
            ElectionType = type == "PREFERRED" ? (sbyte)0 : (sbyte)1,
            TopicPartitions = partitions is null
                ? null
                : [.. partitions.GroupBy(static each => each.Topic).Select(static topic => new ElectLeadersRequest.TopicPartitionsData { Topic = topic.Key, Partitions = [.. topic.Select(static each => each.Partition)] })],
            TimeoutMs = AdminSession.ChangeTimeoutMs,
        };
        try
        {
            var response = await session.SendAsync(RequestTarget.Controller, request, static response => response.ErrorCode);
            AdminSession.Check(response.ErrorCode);
            return Write(call, type, response);
        }
        catch (KafkaClientException fault) when (fault.Code is ErrorCode.RequestTimedOut or ErrorCode.ClusterAuthorizationFailed)
        {
            var message = fault.Code == ErrorCode.RequestTimedOut ? "Timeout waiting for election results" : "Not authorized to perform leader election";
            call.Out.WriteLine(message);
            throw new ToolException(message, fault);
        }
    }

    private static void Check(ToolOptions options)
    {
        string[] missing = [.. ((string[])["bootstrap-server", "election-type"]).Where(flag => !options.Has(flag))];
        if (missing.Length > 0)
            throw new UsageException($"Missing required option(s): {string.Join(", ", missing)}");
        if (options.Value("election-type")!.ToUpperInvariant() is not ("PREFERRED" or "UNCLEAN"))
            throw new UsageException($"Cannot parse argument '{options.Value("election-type")}' of option election-type");
        if (options.Count("topic", "all-topic-partitions", "path-to-json-file") != 1)
            throw new UsageException("One and only one of the following options is required: topic, all-topic-partitions, path-to-json-file");
        if (options.Has("topic") && !options.Has("partition"))
            throw new UsageException("Missing required option(s): partition");
        if (options.Has("partition") && !options.Has("topic"))
            throw new UsageException("Option partition is only allowed if topic is used");
    }

    // Null for all.
    private static async Task<IReadOnlyList<TopicPartition>?> ReadAsync(ToolCall call)
    {
        if (call.Options.Has("all-topic-partitions"))
            return null;
        if (call.Options.Value("topic") is { } topic)
            return [new TopicPartition(topic, call.Options.Int32("partition")!.Value)];
        var text = await File.ReadAllTextAsync(call.Options.Value("path-to-json-file")!, call.Stopping);
        TopicPartition[] partitions =
        [
            .. PartitionJson.Read(text, "partitions").Select(static element => new TopicPartition(PartitionJson.String(element, "topic"), (int)PartitionJson.Number(element, "partition"))),
        ];
        string[] twice = [.. partitions.GroupBy(static each => each).Where(static group => group.Count() > 1).Select(static group => Name(group.Key))];
        return twice.Length == 0 ? partitions : throw new ToolException($"Replica election data contains duplicate partitions: [{string.Join(", ", twice)}]");
    }

    private static int Write(ToolCall call, string type, ElectLeadersResponse response)
    {
        var results = response.ReplicaElectionResults
            .SelectMany(static topic => topic.PartitionResult.Select(partition => (Partition: new TopicPartition(topic.Topic, partition.PartitionId), Result: partition)))
            .OrderBy(static each => each.Partition.Topic, StringComparer.Ordinal).ThenBy(static each => each.Partition.Partition).ToList();
        var failed = results.Where(static each => each.Result.ErrorCode is not (ErrorCode.None or ErrorCode.ElectionNotNeeded)).ToList();
        if (call.Options.IsJson)
        {
            var table = new OutputTable("topic", "partition", "result");
            foreach (var (partition, result) in results)
                table.Add(partition.Topic, partition.Partition, result.ErrorCode.Info().Name);
            table.WriteJson(call.Out);
            return failed.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
        }

        Say(ErrorCode.None, $"Successfully completed leader election ({type}) for partitions ");
        Say(ErrorCode.ElectionNotNeeded, "Valid replica already elected for partitions ");
        foreach (var (partition, result) in failed)
            call.Out.WriteLine($"Error completing leader election ({type}) for partition: {Name(partition)}: {JavaErrors.Text(result.ErrorCode, result.ErrorMessage)}");
        return failed.Count == 0 ? ExitCodes.Done : throw new ToolException($"{failed.Count} replica(s) could not be elected");

        void Say(ErrorCode code, string text)
        {
            string[] names = [.. results.Where(each => each.Result.ErrorCode == code).Select(static each => Name(each.Partition))];
            if (names.Length > 0)
                call.Out.WriteLine(text + string.Join(", ", names));
        }
    }

    private static string Name(TopicPartition partition) => string.Create(CultureInfo.InvariantCulture, $"{partition.Topic}-{partition.Partition}");
}
