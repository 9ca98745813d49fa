using Kafka.Modular.Client.Connections;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Cluster;

/// <summary>Asks leaders for offsets by time (ListOffsets), many partitions at once.</summary>
public static class OffsetLookup
{
    /// <summary>The offset after the last record, or the last stable offset for who reads committed records only.</summary>
    public const long Latest = -1;

    /// <summary>The offset of the first record that is there.</summary>
    public const long Earliest = -2;

    /// <summary>The offset of the record with the largest timestamp (KIP-734).</summary>
    public const long MaximumTimestamp = -3;

    /// <summary>The first offset on local disk (KIP-405).</summary>
    public const long EarliestLocal = -4;

    /// <summary>The last offset that tiered storage has (KIP-1005).</summary>
    public const long LatestTiered = -5;

    /// <summary>Looks up offsets. What may succeed later is asked again while time is left; errors that stay are in the answers.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="wanted">The partitions with the timestamp in milliseconds, or one of this class's numbers.</param>
    /// <param name="readsCommitted">Whether the latest offset is the last stable one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaClientException">Nobody answered within <c>default.api.timeout.ms</c>.</exception>
    public static async ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAnswer>> FindAsync(
        ClusterClient client, IReadOnlyDictionary<TopicPartition, long> wanted, bool readsCommitted, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<TopicPartition, OffsetAnswer>();
        var open = wanted.Keys.ToHashSet();
        using var attempts = new Attempts(client, "ListOffsets", cancellationToken);
        try
        {
            while (true)
            {
                var failed = await AskAsync(client, wanted, open, readsCommitted, answers, attempts);
                if (open.Count == 0 || !attempts.MayGoOn)
                {
                    return answers;
                }

                client.MetadataCache.Expire();
                await attempts.WaitAsync(failed ?? new KafkaClientException(ErrorCode.LeaderNotAvailable));
            }
        }
        catch (Exception fault)
        {
            throw attempts.Explain(fault);
        }
    }

    private static async ValueTask<KafkaClientException?> AskAsync(
        ClusterClient client,
        IReadOnlyDictionary<TopicPartition, long> wanted,
        HashSet<TopicPartition> open,
        bool readsCommitted,
        Dictionary<TopicPartition, OffsetAnswer> answers,
        Attempts attempts)
    {
        KafkaClientException? last = null;
        ClusterMetadata metadata;
        try
        {
            metadata = await client.MetadataCache.GetAsync([.. open.Select(static each => each.Topic).Distinct(StringComparer.Ordinal)], attempts.Token);
        }
        catch (KafkaClientException fault) when (fault.IsRetriable)
        {
            return fault;
        }

        var asked = new List<Task<KafkaClientException?>>();
        foreach (var node in open.GroupBy(partition => LeaderOf(metadata, partition, open, answers)).Where(static node => node.Key >= 0).ToArray())
        {
            asked.Add(AskNodeAsync(client, node.Key, [.. node], wanted, readsCommitted, open, answers, attempts));
        }

        foreach (var each in asked)
        {
            last = await each ?? last;
        }

        foreach (var answer in answers.Where(each => each.Value.Error != ErrorCode.None && !each.Value.Error.IsRetriable()))
        {
            open.Remove(answer.Key);
        }

        return last;
    }

    private static int LeaderOf(ClusterMetadata metadata, TopicPartition partition, HashSet<TopicPartition> open, Dictionary<TopicPartition, OffsetAnswer> answers)
    {
        var topic = metadata.Topics.GetValueOrDefault(partition.Topic);
        var found = topic?.Partition(partition.Partition);
        var error = topic is null ? ErrorCode.UnknownTopicOrPartition : topic.Error != ErrorCode.None ? topic.Error : found is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.LeaderNotAvailable;
        if (found is { LeaderId: >= 0 } && metadata.Nodes.ContainsKey(found.LeaderId))
        {
            return found.LeaderId;
        }

        lock (answers)
        {
            answers[partition] = new OffsetAnswer(-1, -1, -1, error);
        }

        return -1;
    }

    private static async Task<KafkaClientException?> AskNodeAsync(
        ClusterClient client,
        int node,
        TopicPartition[] partitions,
        IReadOnlyDictionary<TopicPartition, long> wanted,
        bool readsCommitted,
        HashSet<TopicPartition> open,
        Dictionary<TopicPartition, OffsetAnswer> answers,
        Attempts attempts)
    {
        var request = new ListOffsetsRequest { ReplicaId = (BrokerId)(-1), IsolationLevel = readsCommitted ? (sbyte)1 : (sbyte)0, TimeoutMs = (int)client.Options.RequestTimeout.TotalMilliseconds };
        foreach (var topic in partitions.GroupBy(static each => each.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(each => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = each.Partition, Timestamp = wanted[each] })],
            });
        }

        try
        {
            var connection = await client.Links.Of(node).ConnectAsync(attempts.Token);
            CheckVersion(connection, partitions.Select(each => wanted[each]));
            var response = await connection.SendAsync(request, new SendOptions(attempts.Limit(null)), attempts.Token);
            lock (answers)
            {
                foreach (var topic in response.Topics)
                {
                    foreach (var partition in topic.Partitions)
                    {
                        var key = new TopicPartition(topic.Name, partition.PartitionIndex);
                        answers[key] = new OffsetAnswer(partition.Offset, partition.Timestamp, partition.LeaderEpoch, partition.ErrorCode);
                        if (!partition.ErrorCode.IsRetriable())
                        {
                            open.Remove(key);
                        }
                    }
                }
            }

            return null;
        }
        catch (KafkaClientException fault) when (fault.IsRetriable)
        {
            lock (answers)
            {
                foreach (var partition in partitions)
                {
                    answers[partition] = new OffsetAnswer(-1, -1, -1, fault.Code);
                }
            }

            return fault;
        }
    }

    private static void CheckVersion(KafkaConnection connection, IEnumerable<long> timestamps)
    {
        var version = connection.Versions.Choose(ApiKey.ListOffsets);
        foreach (var timestamp in timestamps)
        {
            var needed = timestamp switch { MaximumTimestamp => 7, EarliestLocal => 8, LatestTiered => 9, _ => 1 };
            if (version < needed)
            {
                throw new UnsupportedVersionException($"The node supports ListOffsets up to version {version}; this kind of offset needs version {needed}");
            }
        }
    }
}
