using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Topics;

/// <summary><c>kafka-delete-records</c> (KIP-107).</summary>
internal static class DeleteRecordsTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        call.Options.Require("bootstrap-server", "offset-json-file");
        var offsets = Read(await File.ReadAllTextAsync(call.Options.Value("offset-json-file")!, call.Stopping));
        await using var session = AdminSession.Open(call);
        if (!call.Options.IsJson)
            call.Out.WriteLine("Executing records delete operation");
        var results = await DeleteAsync(call, session, offsets);
        if (call.Options.IsJson)
        {
            var table = new OutputTable("topic", "partition", "low-watermark", "error");
            foreach (var (partition, (watermark, error)) in results)
                table.Add(partition.Topic, partition.Partition, error is null ? watermark : null, error);
            table.WriteJson(call.Out);
        }
        else
        {
            call.Out.WriteLine("Records delete operation completed:");
            foreach (var (partition, (watermark, error)) in results)
            {
                call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"partition: {partition.Topic}-{partition.Partition}\t{(error is null ? $"low_watermark: {watermark}" : $"error: {error}")}"));
            }
        }

        return results.Values.Any(static result => result.Error is not null) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static Dictionary<TopicPartition, long> Read(string text)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        var twice = new List<string>();
        foreach (var element in PartitionJson.Read(text, "partitions"))
        {
            var partition = new TopicPartition(PartitionJson.String(element, "topic"), (int)PartitionJson.Number(element, "partition"));
            if (!offsets.TryAdd(partition, PartitionJson.Number(element, "offset")))
                twice.Add($"{partition.Topic}-{partition.Partition}");
        }

        return twice.Count == 0 ? offsets : throw new ToolException($"Offset json file contains duplicate topic partitions: {string.Join(',', twice.Distinct(StringComparer.Ordinal))}");
    }

    private static async Task<Dictionary<TopicPartition, (long Watermark, string? Error)>> DeleteAsync(ToolCall call, AdminSession session, Dictionary<TopicPartition, long> offsets)
    {
        var results = offsets.Keys.ToDictionary(static partition => partition, static _ => (0L, (string?)JavaErrors.Text(ErrorCode.UnknownTopicOrPartition)));
        var metadata = await session.LoadMetadataAsync([.. offsets.Keys.Select(static partition => partition.Topic).Distinct(StringComparer.Ordinal)]);
        var done = 0;
        foreach (var group in offsets.GroupBy(pair => metadata.Topics[pair.Key.Topic].Partition(pair.Key.Partition)?.LeaderId ?? -1).Where(static group => group.Key >= 0))
        {
            call.Console.Progress($"{done} of {offsets.Count} partitions");
            var response = await session.SendAsync(RequestTarget.Node(group.Key), Request(group), static response => response.Topics
                .SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode).FirstOrDefault(static code => code == ErrorCode.NotLeaderOrFollower));
            foreach (var topic in response.Topics)
            {
                foreach (var partition in topic.Partitions)
                    results[new TopicPartition(topic.Name, partition.PartitionIndex)] = (partition.LowWatermark, partition.ErrorCode == ErrorCode.None ? null : JavaErrors.Text(partition.ErrorCode));
            }

            done += group.Count();
        }

        call.Console.Progress("");
        return results;
    }

    private static DeleteRecordsRequest Request(IEnumerable<KeyValuePair<TopicPartition, long>> offsets) => new()
    {
        TimeoutMs = AdminSession.ChangeTimeoutMs,
        Topics =
        [
            .. offsets.GroupBy(static pair => pair.Key.Topic).Select(static topic => new DeleteRecordsRequest.DeleteRecordsTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(static pair => new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = pair.Key.Partition, Offset = pair.Value })],
            }),
        ],
    };
}
