using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>
/// Follows the transactions of a log as its batches are read in order: what was aborted goes at once, and a marker may go when no batch of its
/// transaction is left. One thread.
/// </summary>
internal sealed class CleanedTransactions
{
    private readonly HashSet<long> _committing = [];
    private readonly Dictionary<long, Aborted> _aborting = [];
    private readonly PriorityQueue<AbortedTransaction, long> _ahead = new();

    /// <summary>The segment that is being written; it gets the index entries of the aborted transactions whose marker stays.</summary>
    public ISegment? Target { get; set; }

    /// <summary>Adds the aborted transactions of what is read next; naming one again does no harm.</summary>
    public void Add(IEnumerable<AbortedTransaction> transactions)
    {
        foreach (var transaction in transactions)
            _ahead.Enqueue(transaction, transaction.FirstOffset);
    }

    /// <summary>Takes a batch of data into account; true where its transaction was aborted, so that none of its records counts.</summary>
    public bool OnData(in RecordBatchView batch)
    {
        Advance(batch.LastOffset);
        if (!batch.IsTransactional)
            return false;
        if (_aborting.TryGetValue(batch.ProducerId, out var aborted))
        {
            aborted.HasBatches = true;
            return true;
        }

        _committing.Add(batch.ProducerId);
        return false;
    }

    /// <summary>Takes a control batch into account, which is whole; true where it marks a transaction of which nothing else is left.</summary>
    public bool OnControl(in RecordBatchView batch)
    {
        Advance(batch.LastOffset);
        var records = new RecordEnumerator(in batch);
        // Cleaned before, down to its header.
        if (!records.MoveNext())
            return records.Status == RecordSetStatus.End ? true : throw new InvalidDataException($"The control batch at {batch.BaseOffset} is malformed.");
        if (!ControlRecord.TryReadType(records.Current.Key, out var type))
            return false;
        return type switch
        {
            ControlRecordType.Abort => OnAbort(batch.ProducerId),
            ControlRecordType.Commit => !_committing.Remove(batch.ProducerId),
            _ => false,
        };
    }

    private bool OnAbort(long producerId)
    {
        if (!_aborting.Remove(producerId, out var aborted) || !aborted.HasBatches)
            return true;
        Target?.AppendAbortedTransaction(aborted.Transaction);
        return false;
    }

    private void Advance(long offset)
    {
        while (_ahead.TryPeek(out var transaction, out var firstOffset) && firstOffset <= offset)
        {
            _ahead.Dequeue();
            _aborting.TryAdd(transaction.ProducerId, new Aborted(transaction));
        }
    }

    private sealed class Aborted(AbortedTransaction transaction)
    {
        public AbortedTransaction Transaction { get; } = transaction;

        /// <summary>Whether a batch of it was seen since it was begun.</summary>
        public bool HasBatches { get; set; }
    }
}
