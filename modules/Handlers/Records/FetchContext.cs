using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication.Sessions;

namespace Kafka.Modular.Handlers.Records;

/// <summary>The partitions of one fetch: of its session, or of the request alone. One request uses it.</summary>
internal sealed class FetchContext(FetchSession? session, bool isIncremental, IReadOnlyList<FetchPartition> partitions)
{
    /// <summary>The partitions in the order in which they share the reply's bytes.</summary>
    public IReadOnlyList<FetchPartition> Partitions { get; } = partitions;

    /// <summary>The id that the reply names; 0 for no session.</summary>
    public int SessionId => session?.Id ?? 0;

    /// <summary>Whether there is a partition that the client may read, and that something can therefore be waited for.</summary>
    public bool HasReadable
    {
        get
        {
            for (var index = 0; index < Partitions.Count; index++)
            {
                if (!Partitions[index].IsRefused)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Whether the reply has to speak of a partition: always in a full fetch, in an incremental one when it has records, an error, or another high watermark
    /// or log start than the fetcher knows. Notes what is said.
    /// </summary>
    public bool MustAnswer(FetchPartition partition, FetchResponse.PartitionData data)
    {
        var hasRecords = data.Records.Length > 0;
        var hasError = data.ErrorCode != Protocol.ErrorCode.None;
        var changed = hasRecords
            || hasError
            || partition.SentError
            || data.HighWatermark != partition.SentHighWatermark
            || data.LogStartOffset != partition.SentLogStartOffset
            || data.DivergingEpoch.Epoch >= 0
            || data.PreferredReadReplica.Value != -1;
        if (session is not null)
        {
            (partition.SentHighWatermark, partition.SentLogStartOffset) = (data.HighWatermark, data.LogStartOffset);

            // An error is not remembered as said: it is repeated until it is over.
            partition.SentError = hasError;
            if (hasRecords)
            {
                session.MoveToEnd(KeyOf(partition, session.UsesTopicIds));
            }
        }

        return !isIncremental || changed;
    }

    public static FetchPartitionKey KeyOf(FetchPartition partition, bool byId)
        => byId ? new FetchPartitionKey(partition.TopicId, "", partition.Index) : new FetchPartitionKey(default, partition.Topic!, partition.Index);
}
