namespace Kafka.Modular.Metadata.Snapshots;

/// <summary>Where snapshots of the metadata go; the quorum satisfies it. Called on the metadata loop, and the writer used on the snapshot loop.</summary>
public interface ISnapshotStore
{
    /// <summary>Begins a snapshot; null when there is one of that end already, or the log does not reach so far.</summary>
    /// <param name="endOffset">Offset after the last record that it covers.</param>
    /// <param name="epoch">Leader epoch of that record.</param>
    /// <param name="lastContainedLogTimestamp">When that record was appended, in ms since the epoch.</param>
    ValueTask<ISnapshotWriter?> TryBeginAsync(long endOffset, int epoch, long lastContainedLogTimestamp);
}
