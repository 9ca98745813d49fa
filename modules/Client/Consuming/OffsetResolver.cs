using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Time;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client.Consuming;

/// <summary>Finds where to begin: the committed offset, or what the reset policy says.</summary>
internal static class OffsetResolver
{
    /// <summary>The reset policy as a timestamp of ListOffsets; null where there is none.</summary>
    public static long? TimestampOf(ConsumerOptions options, TimeProvider time) => options.Reset switch
    {
        OffsetReset.Latest => OffsetLookup.Latest,
        OffsetReset.Earliest => OffsetLookup.Earliest,
        OffsetReset.ByDuration => time.UnixMilliseconds() - (long)options.ResetDuration.TotalMilliseconds,
        _ => null,
    };

    /// <summary>Gives a position to each partition that has none.</summary>
    /// <exception cref="KafkaClientException">One has no committed offset and there is no reset policy, or nobody answered.</exception>
    public static async ValueTask ResolveAsync(
        ClusterClient cluster, ConsumerOptions options, GroupOffsets? offsets, Fetcher fetcher, CancellationToken cancellationToken)
    {
        List<ConsumedPartition> unknown;
        lock (fetcher.Gate)
        {
            unknown = [.. fetcher.Partitions.Values.Where(static partition => partition.Position < 0 && !partition.IsPaused)];
        }

        if (unknown.Count == 0)
        {
            return;
        }

        var fresh = unknown.Where(static partition => partition.SeekTimestamp is null).ToList();
        if (offsets is not null && fresh.Count > 0)
        {
            var committed = await offsets.FetchAsync([.. fresh.Select(static partition => partition.TopicPartition)], cancellationToken);
            lock (fetcher.Gate)
            {
                foreach (var partition in fresh)
                {
                    if (committed.TryGetValue(partition.TopicPartition, out var offset) && offset >= 0)
                    {
                        partition.Seek(offset);
                    }
                }
            }
        }

        await ResetAsync(cluster, options, fetcher, unknown.FindAll(static partition => partition.Position < 0), cancellationToken);
    }

    private static async ValueTask ResetAsync(
        ClusterClient cluster, ConsumerOptions options, Fetcher fetcher, List<ConsumedPartition> partitions, CancellationToken cancellationToken)
    {
        if (partitions.Count == 0)
        {
            return;
        }

        var wanted = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions)
        {
            wanted[partition.TopicPartition] = partition.SeekTimestamp ?? TimestampOf(options, cluster.Parts.Time)
                ?? throw new KafkaClientException(ErrorCode.OffsetOutOfRange, $"Undefined offset with no reset policy for partitions: [{partition.TopicPartition}]");
        }

        var found = await OffsetLookup.FindAsync(cluster, wanted, options.ReadsCommitted, cancellationToken);
        var late = new Dictionary<TopicPartition, long>();
        lock (fetcher.Gate)
        {
            foreach (var partition in partitions)
            {
                var answer = found[partition.TopicPartition];
                if (answer.Error != ErrorCode.None)
                {
                    throw new KafkaClientException(answer.Error, $"{partition.TopicPartition}: {answer.Error.Info().Message}");
                }

                if (answer.Offset < 0)
                {
                    // No record is as late as that: the end it is.
                    late[partition.TopicPartition] = OffsetLookup.Latest;
                    partition.SeekTimestamp = OffsetLookup.Latest;
                }
                else
                {
                    partition.Seek(answer.Offset);
                }
            }
        }

        if (late.Count > 0)
        {
            await ResetAsync(cluster, options, fetcher, partitions.FindAll(partition => late.ContainsKey(partition.TopicPartition)), cancellationToken);
        }
    }
}
