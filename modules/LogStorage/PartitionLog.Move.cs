using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

/// <content>Moving to another directory (KIP-113): a copy is filled like a follower's log, and takes this log's place once it has all of it.</content>
public sealed partial class PartitionLog
{
    /// <summary>
    /// Lets a copy that has all of this log take its place: this one is renamed for deletion and takes no more appends, the copy gets its name and what
    /// batches do not tell. Whoever appends meanwhile waits, and finds this log closed.
    /// </summary>
    /// <param name="copy">The copy.</param>
    /// <param name="deletedName">Name of this log from then on, which ends in <c>-delete</c>.</param>
    /// <param name="onHandedOver">Called with appends still held back: whoever appends has to use the copy from then on.</param>
    /// <param name="cancellationToken">Ends waiting for other work on the logs.</param>
    /// <returns>False where the copy has not all of it yet, or one of them is closed.</returns>
    /// <exception cref="LogStoreException">A rename failed; this log stays.</exception>
    internal async ValueTask<bool> TryHandOverAsync(PartitionLog copy, string deletedName, Action onHandedOver, CancellationToken cancellationToken)
    {
        // What is on disk here must be there, too, before this log goes.
        copy.Flush();
        copy._store.Flush();
        copy.Directory.Flush();
        await _structure.WaitAsync(cancellationToken);
        try
        {
            await copy._structure.WaitAsync(cancellationToken);
            try
            {
                lock (_lock)
                {
                    lock (copy._lock)
                    {
                        if (_isClosed || copy._isClosed || copy._end.Offset != _end.Offset)
                            return false;
                        TakeOver(copy);
                        Exchange(copy, deletedName);
                    }

                    onHandedOver();
                    return true;
                }
            }
            finally
            {
                copy._structure.Release();
                copy.SaveEpochs(durable: false);
            }
        }
        finally
        {
            _structure.Release();
        }
    }

    /// <summary>Renames the log, which goes on as it is.</summary>
    /// <exception cref="LogStoreException">The rename failed.</exception>
    internal void Rename(string storedName)
    {
        lock (_lock)
            _store.Rename(storedName);
    }

    /// <summary>Under both locks.</summary>
    private void TakeOver(PartitionLog copy)
    {
        copy._config = _config;
        copy._store.Options = _config.SegmentOptions;
        foreach (var epoch in _epochs.Entries)
            copy._epochs.Assign(epoch.Epoch, epoch.StartOffset);
        copy.SetHighWatermark(Math.Max(_highWatermark.Offset, copy._logStartOffset));
        if (_logStartOffset > copy._logStartOffset)
            copy.RaiseLogStartOffset(_logStartOffset, "the log that it copies starts there");
    }

    /// <summary>
    /// Under both locks. The original goes first: a copy beside an original that is marked as deleted is known to be whole when the broker starts again.
    /// </summary>
    private void Exchange(PartitionLog copy, string deletedName)
    {
        _store.Rename(deletedName);
        try
        {
            Directory.Flush();
            copy._store.Rename(TopicPartition.ToString());
        }
        catch (LogStoreException)
        {
            _store.Rename(TopicPartition.ToString());
            throw;
        }

        _isClosed = true;
    }
}
