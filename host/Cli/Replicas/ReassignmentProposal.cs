using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Cli.Replicas;

/// <summary><c>kafka-reassign-partitions --generate</c>: spreads the partitions of topics over brokers, and over racks where all brokers have one.</summary>
internal static class ReassignmentProposal
{
    public static async Task WriteAsync(ToolCall call, AdminSession session, string json)
    {
        string[] topics = [.. PartitionJson.Read(json, "topics").Select(static element => PartitionJson.String(element, "topic"))];
        Refuse(topics, "List of topics to reassign contains duplicate entries");
        int[] brokers = [.. call.Options.Value("broker-list")!.Split(',').Select(ReadBroker)];
        Refuse(brokers, "Broker list contains duplicate entries");
        var metadata = await session.LoadMetadataAsync([.. topics]);
        if (Array.Find(topics, topic => metadata.Topics[topic].Error != ErrorCode.None) is { } missing)
            throw new KafkaClientException(ErrorCode.UnknownTopicOrPartition, $"Topic {missing} not found.");
        var racks = brokers.ToDictionary(static id => id, id => metadata.Nodes.GetValueOrDefault(id)?.Rack);
        var isAware = !call.Options.Has("disable-rack-aware") && racks.Values.Any(static rack => rack is not null);
        if (isAware && racks.Values.Any(static rack => rack is null))
        {
            throw new ToolException(
                "Not all brokers have rack information. Add --disable-rack-aware in command line to make replica assignment without rack information.");
        }

        var ordered = isAware ? Alternate(racks!) : brokers;
        var current = new List<PlannedPartition>();
        var proposed = new List<PlannedPartition>();
        foreach (var topic in topics.Order(StringComparer.Ordinal))
        {
            var start = SystemRandomSource.Instance.Next(ordered.Length);
            var shift = SystemRandomSource.Instance.Next(ordered.Length);
            foreach (var partition in metadata.Topics[topic].Partitions)
            {
                if (partition.Replicas.Count > ordered.Length)
                    throw new KafkaClientException(ErrorCode.InvalidReplicationFactor, $"Replication factor: {partition.Replicas.Count} larger than available brokers: {ordered.Length}.");
                current.Add(new PlannedPartition(new TopicPartition(topic, partition.Index), partition.Replicas));
                proposed.Add(new PlannedPartition(new TopicPartition(topic, partition.Index), Assign(ordered, start + partition.Index, shift + (partition.Index / ordered.Length), partition.Replicas.Count)));
            }
        }

        call.Out.WriteLine($"Current partition replica assignment\n{ReassignmentPlan.Format(current)}\n");
        call.Out.WriteLine($"Proposed partition reassignment configuration\n{ReassignmentPlan.Format(proposed)}");
    }

    // The first replica goes round the brokers; the others follow at a distance that grows with each round, so that no two brokers share all partitions.
    private static int[] Assign(int[] brokers, int first, int shift, int count)
    {
        var replicas = new int[count];
        replicas[0] = brokers[first % brokers.Length];
        for (var i = 1; i < count; i++)
        {
            var distance = 1 + ((shift + i - 1) % (brokers.Length - 1));
            replicas[i] = brokers[(first + distance) % brokers.Length];
        }

        return replicas;
    }

    // One broker of each rack after the other, so that neighbors are in different racks.
    private static int[] Alternate(Dictionary<int, string> racks)
    {
        var queues = racks.GroupBy(static pair => pair.Value, static pair => pair.Key).OrderBy(static rack => rack.Key, StringComparer.Ordinal).Select(static rack => new Queue<int>(rack.Order())).ToList();
        var ordered = new List<int>();
        while (ordered.Count < racks.Count)
        {
            foreach (var queue in queues.Where(static queue => queue.Count > 0))
                ordered.Add(queue.Dequeue());
        }

        return [.. ordered];
    }

    private static int ReadBroker(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new ToolException($"For input string: \"{text}\"");

    private static void Refuse<T>(IEnumerable<T> items, string message)
    {
        T[] twice = [.. items.GroupBy(static item => item).Where(static group => group.Count() > 1).Select(static group => group.Key)];
        if (twice.Length > 0)
            throw new ToolException($"{message}: [{string.Join(", ", twice)}]");
    }
}
