namespace Kafka.Modular.Protocol.Records;

/// <summary>The header fields of a batch that is to be written.</summary>
public readonly record struct RecordBatchOptions()
{
    /// <summary>Offset of the first record.</summary>
    public long BaseOffset { get; init; }

    /// <summary>The leader epoch, or -1.</summary>
    public int PartitionLeaderEpoch { get; init; } = RecordBatchFormat.None;

    /// <summary>How the records are compressed; the batch is then built with the codec of that type.</summary>
    public CompressionType Compression { get; init; }

    /// <summary>Who sets the timestamps.</summary>
    public TimestampType TimestampType { get; init; }

    /// <summary>The time of a batch with <see cref="Records.TimestampType.LogAppendTime"/>, in ms since the epoch.</summary>
    public long LogAppendTime { get; init; } = RecordBatchFormat.None;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional { get; init; }

    /// <summary>Whether the batch holds control records.</summary>
    public bool IsControl { get; init; }

    /// <summary>The idempotent producer's id, or -1.</summary>
    public long ProducerId { get; init; } = RecordBatchFormat.None;

    /// <summary>The idempotent producer's epoch, or -1.</summary>
    public short ProducerEpoch { get; init; } = RecordBatchFormat.None;

    /// <summary>The sequence of the first record, or -1.</summary>
    public int BaseSequence { get; init; } = RecordBatchFormat.None;

    /// <summary>When tombstones may go, in ms since the epoch (KIP-534); null for a batch without.</summary>
    public long? DeleteHorizonMs { get; init; }

    /// <summary>The last offset, where it lies behind that of the last record that is written (a compacted batch); null otherwise.</summary>
    public long? LastOffset { get; init; }
}
