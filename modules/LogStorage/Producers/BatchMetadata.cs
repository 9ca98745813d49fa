using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Producers;

/// <summary>What is remembered of a producer's batch.</summary>
/// <param name="LastSequence">Sequence of its last record.</param>
/// <param name="LastOffset">Offset of its last record.</param>
/// <param name="OffsetDelta">Last offset minus first offset.</param>
/// <param name="Timestamp">Its largest timestamp in ms since the epoch.</param>
internal readonly record struct BatchMetadata(int LastSequence, long LastOffset, int OffsetDelta, long Timestamp)
{
    public int FirstSequence => RecordBatchFormat.DecrementSequence(LastSequence, OffsetDelta);

    public long FirstOffset => LastOffset - OffsetDelta;
}
