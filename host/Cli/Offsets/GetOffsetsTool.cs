using System.Globalization;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Records;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Cli.Offsets;

/// <summary><c>kafka-get-offsets</c>: one line of topic, partition and offset for each partition.</summary>
internal static class GetOffsetsTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        options.Require("bootstrap-server");
        if (options.Has("topic-partitions") && options.Count("topic", "partitions") > 0)
            throw new ToolException("Error occurred: --topic-partitions cannot be used with --topic or --partitions");
        var time = Time(options.Last("time") ?? "latest");
        var filter = options.Last("topic-partitions") is { } rules ? PartitionFilter.OfRules(rules) : PartitionFilter.Of(options.Last("topic"), options.Last("partitions"));
        await using var client = new ClusterClient(ClientOptions.Parse(ClientArguments.Read(options, "GetOffsetShell", hasProperties: false)), ClientArguments.Parts());
        var metadata = await client.RefreshMetadataAsync(null, call.Stopping);
        var wanted = metadata.Topics.Values.Where(topic => (!topic.IsInternal || !options.Has("exclude-internal-topics")) && filter.Allows(topic.Name))
            .SelectMany(static topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.Index))).Where(filter.Allows).ToArray();
        if (wanted.Length == 0)
            throw new ToolException("Error occurred: Could not match any topic-partitions with the specified filters");
        var found = await OffsetLookup.FindAsync(client, wanted.ToDictionary(static each => each, _ => time), readsCommitted: false, call.Stopping);
        Write(call, wanted, found);
        return ExitCodes.Done;
    }

    private static void Write(ToolCall call, TopicPartition[] wanted, IReadOnlyDictionary<TopicPartition, OffsetAnswer> found)
    {
        var rows = new List<(TopicPartition Partition, long Offset)>();
        foreach (var partition in wanted.OrderBy(static each => each.ToString(), StringComparer.Ordinal))
        {
            var answer = found[partition];
            if (answer.Error != ErrorCode.None)
                call.Console.Error.WriteLine($"Skip getting offsets for topic-partition {partition} due to error: {answer.Error.Info().Message}");
            else if (answer.Offset >= 0)
                rows.Add((partition, answer.Offset));
        }

        if (call.Options.IsJson)
        {
            OutputTable.WriteJson(call.Out, json =>
            {
                json.WriteStartArray();
                foreach (var (partition, offset) in rows)
                {
                    json.WriteStartObject();
                    json.WriteString("topic", partition.Topic);
                    json.WriteNumber("partition", partition.Partition);
                    json.WriteNumber("offset", offset);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return;
        }

        foreach (var (partition, offset) in rows)
            call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{partition.Topic}:{partition.Partition}:{offset}"));
    }

    private static long Time(string text) => text switch
    {
        "earliest" => OffsetLookup.Earliest,
        "latest" => OffsetLookup.Latest,
        "max-timestamp" => OffsetLookup.MaximumTimestamp,
        "earliest-local" => OffsetLookup.EarliestLocal,
        "latest-tiered" => OffsetLookup.LatestTiered,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) => time,
        _ => throw new ToolException(
            $"Error occurred: Malformed time argument {text}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered, or a specified long format timestamp"),
    };
}
