using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Replication.Sessions;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Handlers.Records;

/// <summary>Who fetches, how far they may read and how much.</summary>
/// <param name="ReplicaId">The follower, or -1 for a consumer.</param>
/// <param name="Isolation">How far they may read.</param>
/// <param name="MaxBytes">The most bytes of the whole reply; the first batch comes even if it is larger (KIP-74).</param>
internal readonly record struct FetchLimits(int ReplicaId, ReadIsolation Isolation, int MaxBytes);

/// <summary>Reads the partitions of a fetch. The leases of what it reads belong to the caller.</summary>
internal sealed class FetchReads(ReplicaManager replicas, MetadataCache metadata, ILogger logger)
{
    public const int Consumer = -1;

    /// <summary>Reads each partition as far as the reply's bytes go.</summary>
    /// <param name="partitions">What to read.</param>
    /// <param name="limits">How much.</param>
    /// <param name="bytes">How many bytes were read.</param>
    /// <param name="endsWait">
    /// Whether a result ends the wait for more bytes: an error or a diverging epoch, but not a partition that the client may not read; the others are waited for, as in Kafka.
    /// </param>
    public List<FetchResponse.PartitionData> Read(IReadOnlyList<FetchPartition> partitions, FetchLimits limits, out long bytes, out bool endsWait)
    {
        var results = new List<FetchResponse.PartitionData>(partitions.Count);
        bytes = 0;
        endsWait = false;
        for (var index = 0; index < partitions.Count; index++)
        {
            var data = Read(partitions[index], limits, Math.Max(limits.MaxBytes - bytes, 0), isFirst: bytes == 0, ref endsWait);
            bytes += data.Records.Length;
            endsWait |= data.ErrorCode is not (ErrorCode.None or ErrorCode.TopicAuthorizationFailed);
            results.Add(data);
        }

        return results;
    }

    /// <summary>Whether a fetch that just came has to be read at all: a consumer that has read everything is the usual case, and gets nothing made for it.</summary>
    /// <remarks>What a follower asks for says how far it is, and a last fetched epoch may diverge from the log's.</remarks>
    public bool HasNothingToSay(IReadOnlyList<FetchPartition> partitions, FetchLimits limits)
    {
        for (var index = 0; index < partitions.Count; index++)
        {
            if (partitions[index].LastFetchedEpoch >= 0)
            {
                return false;
            }
        }

        return limits.ReplicaId < 0 && !HaveNews(partitions, limits);
    }

    /// <summary>Whether there may be something to read, or to say, in any of the partitions. Nothing is read or allocated.</summary>
    public bool HaveNews(IReadOnlyList<FetchPartition> partitions, FetchLimits limits)
    {
        for (var index = 0; index < partitions.Count; index++)
        {
            if (HasNews(partitions[index], limits))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there may be something to read, or to say, without reading: an error, or an end beyond the fetch offset.</summary>
    private bool HasNews(FetchPartition asked, FetchLimits limits)
    {
        if (asked.IsRefused)
        {
            return false;
        }

        if (Find(asked, out var partition) != ErrorCode.None || partition!.CheckLeader(asked.CurrentLeaderEpoch) != ErrorCode.None || partition.Log is not { } log)
        {
            return true;
        }

        var end = limits.Isolation switch
        {
            ReadIsolation.LogEnd => log.LogEndOffset,
            ReadIsolation.HighWatermark => log.HighWatermark,
            _ => log.LastStableOffset,
        };
        return asked.FetchOffset < end || asked.FetchOffset < log.LogStartOffset || asked.FetchOffset > log.LogEndOffset;
    }

    /// <summary>The partition on this broker.</summary>
    public ErrorCode Find(FetchPartition asked, out Partition? partition)
    {
        partition = null;
        if (asked.IsRefused)
        {
            return ErrorCode.TopicAuthorizationFailed;
        }

        if (asked.Topic is null)
        {
            return ErrorCode.UnknownTopicId;
        }

        if (replicas.TryGet(new TopicPartition(asked.Topic, asked.Index), out partition))
        {
            return asked.TopicId != Uuid.Zero && partition.TopicId != asked.TopicId ? ErrorCode.InconsistentTopicId : ErrorCode.None;
        }

        return metadata.Image.Topics.Partition(asked.Topic, asked.Index) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.NotLeaderOrFollower;
    }

    private static FetchResponse.PartitionData Failed(FetchPartition asked, ErrorCode error) => new()
    {
        PartitionIndex = asked.Index, ErrorCode = error, HighWatermark = -1, Records = Protocol.Messages.Records.Empty,
    };

    private FetchResponse.PartitionData Read(FetchPartition asked, FetchLimits limits, long bytesLeft, bool isFirst, ref bool diverges)
    {
        var error = Find(asked, out var partition);
        if (error == ErrorCode.None)
        {
            error = partition!.CheckLeader(asked.CurrentLeaderEpoch);
        }

        if (error != ErrorCode.None)
        {
            return Failed(asked, error);
        }

        if (limits.ReplicaId >= 0 && !partition!.OnFollowerFetch(limits.ReplicaId, asked.FetchOffset, asked.LogStartOffset))
        {
            return Failed(asked, ErrorCode.UnknownLeaderEpoch);
        }

        try
        {
            partition!.Metrics.OnRead();
            return Read(asked, limits, bytesLeft, isFirst, partition!, partition!.Log!, ref diverges);
        }
        catch (LogStoreException exception)
        {
            partition!.Metrics.OnReadFailed();
            logger.ReadFailed(exception, partition.TopicPartition);
            return Failed(asked, ErrorCode.KafkaStorageError);
        }
    }

    private static FetchResponse.PartitionData Read(
        FetchPartition asked, FetchLimits limits, long bytesLeft, bool isFirst, Partition partition, PartitionLog log, ref bool diverges)
    {
        if (asked.LastFetchedEpoch >= 0)
        {
            var end = partition.EndOffsetForEpoch(asked.LastFetchedEpoch);
            if (!end.IsDefined)
            {
                return Failed(asked, ErrorCode.OffsetOutOfRange);
            }

            if (end.EndOffset < asked.FetchOffset || end.Epoch < asked.LastFetchedEpoch)
            {
                var diverging = Failed(asked, ErrorCode.None);
                (diverging.HighWatermark, diverging.LogStartOffset, diverging.LastStableOffset) = (log.HighWatermark, log.LogStartOffset, log.LastStableOffset);
                (diverging.DivergingEpoch.Epoch, diverging.DivergingEpoch.EndOffset) = (end.Epoch, end.EndOffset);
                diverges = true;
                return diverging;
            }
        }

        var read = log.Read(asked.FetchOffset, (int)Math.Min(asked.MaxBytes, bytesLeft), limits.Isolation, minOneMessage: isFirst);
        if (read.Error != ErrorCode.None)
        {
            return Failed(asked, read.Error);
        }

        var data = new FetchResponse.PartitionData
        {
            PartitionIndex = asked.Index,
            HighWatermark = read.HighWatermark,
            LastStableOffset = read.LastStableOffset,
            LogStartOffset = read.LogStartOffset,
            Records = read.Lease is null ? Protocol.Messages.Records.Empty : new Protocol.Messages.Records(read.Lease),
        };
        if (limits.Isolation != ReadIsolation.Committed)
        {
            data.AbortedTransactions = null;
        }
        else if (read.AbortedTransactions is { } transactions)
        {
            foreach (var aborted in transactions)
            {
                data.AbortedTransactions!.Add(new FetchResponse.AbortedTransaction { ProducerId = new ProducerId(aborted.ProducerId), FirstOffset = aborted.FirstOffset });
            }
        }

        return data;
    }
}
