using System.Runtime.CompilerServices;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Producers;

/// <summary>One producer's state in a partition: its epoch, its last five batches and its transaction. Guarded by the log's lock.</summary>
internal sealed class ProducerEntry(long producerId)
{
    private const int BatchesToRetain = 5;

    private Batches _batches;
    private int _first;

    public long ProducerId { get; } = producerId;

    public short Epoch { get; private set; } = RecordBatchFormat.None;

    public int CoordinatorEpoch { get; set; } = RecordBatchFormat.None;

    /// <summary>Largest timestamp of the last batch, in ms since the epoch.</summary>
    public long LastTimestamp { get; set; } = RecordBatchFormat.None;

    /// <summary>First offset of the transaction that is going on, -1 for none.</summary>
    public long TransactionFirstOffset { get; set; } = RecordBatchFormat.None;

    public int BatchCount { get; private set; }

    public BatchMetadata? LastBatch => BatchCount == 0 ? null : this[BatchCount - 1];

    public int LastSequence => BatchCount == 0 ? RecordBatchFormat.None : this[BatchCount - 1].LastSequence;

    /// <summary>A remembered batch, 0 the oldest.</summary>
    public BatchMetadata this[int index] => _batches[(_first + index) % BatchesToRetain];

    /// <summary>Takes over the epoch; a new one begins without batches.</summary>
    public void SetEpoch(short epoch)
    {
        if (epoch == Epoch)
            return;
        Epoch = epoch;
        BatchCount = 0;
    }

    public void Add(in BatchMetadata batch)
    {
        if (BatchCount == BatchesToRetain)
        {
            _batches[_first] = batch;
            _first = (_first + 1) % BatchesToRetain;
            return;
        }

        _batches[(_first + BatchCount) % BatchesToRetain] = batch;
        BatchCount++;
    }

    /// <summary>Finds the batch that <paramref name="batch"/> repeats, among the last five of the same epoch.</summary>
    public bool TryFindDuplicate(in RecordBatchView batch, out BatchMetadata duplicate)
    {
        duplicate = default;
        if (batch.ProducerEpoch != Epoch)
            return false;
        for (var index = 0; index < BatchCount; index++)
        {
            duplicate = this[index];
            if (duplicate.FirstSequence == batch.BaseSequence && duplicate.LastSequence == batch.LastSequence)
                return true;
        }

        return false;
    }

    [InlineArray(BatchesToRetain)]
    private struct Batches
    {
        private BatchMetadata _element;
    }
}
