using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Client.Consuming;

/// <summary>A partition that is read, and how far. Guarded by the consumer's lock.</summary>
internal sealed class ConsumedPartition(TopicPartition topicPartition)
{
    /// <summary>There is no position yet: it has to be found.</summary>
    public const long Unknown = -1;

    public TopicPartition TopicPartition => topicPartition;

    /// <summary>The next offset that the caller gets.</summary>
    public long Position { get; private set; } = Unknown;

    /// <summary>The next offset to ask the leader for; ahead of the position by what was received.</summary>
    public long FetchPosition { get; set; } = Unknown;

    /// <summary>The leader epoch of the last record that the caller got; -1 where it is not known.</summary>
    public int LastEpoch { get; set; } = -1;

    /// <summary>Counts seeks: what was asked for before one is of no use after it.</summary>
    public int Seeks { get; private set; }

    /// <summary>What was asked for: a timestamp of ListOffsets; null where the committed offset or the reset policy decides.</summary>
    public long? SeekTimestamp { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>Whether a fetch of it is under way.</summary>
    public bool IsBeingFetched { get; set; }

    /// <summary>Responses of it that the caller has not read yet.</summary>
    public int Buffered { get; set; }

    /// <summary>Not asked for before, on the consumer's clock in milliseconds.</summary>
    public long RetryAt { get; set; }

    public long HighWatermark { get; set; } = -1;

    public void Seek(long offset)
    {
        Position = offset;
        FetchPosition = offset;
        SeekTimestamp = null;
        LastEpoch = -1;
        Seeks++;
    }

    public void Advance(long offset) => Position = offset;
}
