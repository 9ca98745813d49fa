using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Cli.Groups;

/// <summary>Reads <c>--topic</c> of <c>kafka-consumer-groups</c>: a topic with all its partitions, or <c>topic:0,1,2</c>.</summary>
internal static class TopicArguments
{
    /// <summary>The partitions that are named.</summary>
    /// <exception cref="KafkaClientException">One of them does not exist or has no leader.</exception>
    /// <exception cref="UsageException">An argument is not of that form.</exception>
    public static async Task<IReadOnlyCollection<TopicPartition>> PartitionsAsync(AdminSession session, IReadOnlyList<string> arguments)
    {
        var named = arguments.Select(Read).ToList();
        if (named.Count == 0)
            return [];
        var metadata = await session.LoadMetadataAsync([.. named.Select(static each => each.Topic).Distinct(StringComparer.Ordinal)]);
        var partitions = new List<TopicPartition>();
        foreach (var (topic, some) in named)
        {
            var known = metadata.Topics[topic];
            AdminSession.Check(known.Error);
            partitions.AddRange((some ?? [.. known.Partitions.Select(static partition => partition.Index)]).Select(partition => new TopicPartition(topic, partition)));
        }

        string[] missing = [.. partitions.Where(each => metadata.Topics[each.Topic].Partition(each.Partition) is null).Select(static each => $"{each.Topic}-{each.Partition}")];
        if (missing.Length > 0)
            throw new KafkaClientException(ErrorCode.UnknownTopicOrPartition, $"The partitions \"{string.Join(',', missing)}\" do not exist");
        string[] leaderless = [.. partitions.Where(each => metadata.Topics[each.Topic].Partition(each.Partition)!.LeaderId < 0).Select(static each => $"{each.Topic}-{each.Partition}")];
        if (leaderless.Length > 0)
            throw new KafkaClientException(ErrorCode.LeaderNotAvailable, $"The partitions \"{string.Join(',', leaderless)}\" have no leader");
        return [.. partitions.Distinct()];
    }

    /// <summary>Reads one argument; the partitions are null for all.</summary>
    /// <exception cref="UsageException">It is not of that form.</exception>
    public static (string Topic, int[]? Partitions) Read(string argument)
    {
        var colon = argument.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return (argument, null);
        var partitions = new List<int>();
        foreach (var text in argument[(colon + 1)..].Split(','))
        {
            if (!int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
                throw new UsageException($"Invalid topic arg '{argument}', expected topic name and partitions");
            partitions.Add(partition);
        }

        return (argument[..colon], [.. partitions]);
    }
}
