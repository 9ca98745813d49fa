using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Groups;

/// <summary><c>kafka-consumer-groups --delete-offsets</c> (KIP-496).</summary>
internal static class OffsetDeletion
{
    public static async Task<int> RunAsync(ToolCall call, AdminSession session)
    {
        var group = call.Options.Value("group")!;
        var results = new SortedDictionary<(string Topic, int Partition), ErrorCode>();
        var asked = await FindAsync(call, session, results);
        var error = ErrorCode.None;
        if (asked.Count > 0)
        {
            var response = await session.SendAsync(RequestTarget.GroupCoordinator(group), Request(group, asked), static response =>
                response.ErrorCode is ErrorCode.NotCoordinator or ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable ? response.ErrorCode : ErrorCode.None);
            error = response.ErrorCode;
            foreach (var (topic, partition) in asked)
                results[(topic, partition)] = error;
            foreach (var topic in response.Topics)
            {
                foreach (var partition in topic.Partitions)
                    results[(topic.Name, partition.PartitionIndex)] = partition.ErrorCode;
            }
        }

        if (error == ErrorCode.None)
            error = results.Values.FirstOrDefault(static code => code != ErrorCode.None);
        Write(call, group, error, results);
        return error == ErrorCode.None ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<List<(string Topic, int Partition)>> FindAsync(ToolCall call, AdminSession session, SortedDictionary<(string Topic, int Partition), ErrorCode> results)
    {
        var asked = new List<(string Topic, int Partition)>();
        var named = call.Options.Values("topic").Select(TopicArguments.Read).ToList();
        var metadata = await session.LoadMetadataAsync([.. named.Select(static each => each.Topic).Distinct(StringComparer.Ordinal)]);
        foreach (var (topic, partitions) in named)
        {
            var known = metadata.Topics[topic];
            if (partitions is not null)
                asked.AddRange(partitions.Select(partition => (topic, partition)));
            else if (known.Error != ErrorCode.None)
                results[(topic, -1)] = known.Error;
            else
                asked.AddRange(known.Partitions.Select(partition => (topic, partition.Index)));
        }

        return [.. asked.Distinct()];
    }

    private static OffsetDeleteRequest Request(string group, IEnumerable<(string Topic, int Partition)> partitions) => new()
    {
        GroupId = group,
        Topics =
        [
            .. partitions.GroupBy(static each => each.Topic).Select(static topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
            {
                Name = topic.Key, Partitions = [.. topic.Select(static each => new OffsetDeleteRequest.OffsetDeleteRequestPartition { PartitionIndex = each.Partition })],
            }),
        ],
    };

    private static void Write(ToolCall call, string group, ErrorCode error, SortedDictionary<(string Topic, int Partition), ErrorCode> results)
    {
        var table = new OutputTable("TOPIC", "PARTITION", "STATUS");
        foreach (var ((topic, partition), code) in results)
            table.Add(topic, partition < 0 ? null : partition, code == ErrorCode.None ? "Successful" : $"Error: {code.Info().Message}");
        if (call.Options.IsJson)
        {
            table.WriteJson(call.Out);
            return;
        }

        switch (error)
        {
            case ErrorCode.None:
                call.Out.WriteLine($"Request succeeded for deleting offsets from group {group}.");
                break;
            case ErrorCode.InvalidGroupId or ErrorCode.GroupIdNotFound or ErrorCode.GroupAuthorizationFailed or ErrorCode.NonEmptyGroup:
                ConsumerGroupsTool.WriteError(call.Out, error.Info().Message);
                break;
            case ErrorCode.GroupSubscribedToTopic or ErrorCode.TopicAuthorizationFailed or ErrorCode.UnknownTopicOrPartition:
                ConsumerGroupsTool.WriteError(call.Out, "Encountered some partition-level error, see the follow-up details.");
                break;
            default:
                ConsumerGroupsTool.WriteError(call.Out, $"Encountered some unknown error: {error.Info().Name}");
                break;
        }

        var width = results.Keys.Select(static key => key.Topic.Length).Append(15).Max();
        call.Out.Write($"\n{"TOPIC".PadRight(width)} {"PARTITION",-10} {"STATUS",-15}");
        foreach (var row in table.Rows)
            call.Out.Write($"\n{OutputTable.Text(row[0]).PadRight(width)} {OutputTable.Text(row[1]),-10} {OutputTable.Text(row[2]),-15}");
        call.Out.WriteLine();
    }
}
