using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Driver;

/// <summary>Decides which snapshots may go (KIP-630, <c>metadata.max.retention.bytes</c> and <c>.ms</c>). Pure.</summary>
internal static class SnapshotRetention
{
    /// <summary>
    /// The snapshot that becomes the oldest, or null when all stay. Older ones go, and with them the records before it: those that are too old, and the
    /// oldest of the rest while log and snapshots are too large. The newest always stays.
    /// </summary>
    /// <param name="snapshots">All snapshots, oldest first.</param>
    /// <param name="logBytes">Size of the log's segments.</param>
    /// <param name="maxBytes">Limit for log and snapshots, negative for none.</param>
    /// <param name="maxMs">Age limit in milliseconds, negative for none.</param>
    /// <param name="now">The time.</param>
    public static OffsetAndEpoch? OldestToKeep(
        IReadOnlyList<RaftSnapshotInfo> snapshots, long logBytes, long maxBytes, long maxMs, DateTimeOffset now)
    {
        var bytes = logBytes + snapshots.Sum(snapshot => snapshot.Size);
        var keep = 0;
        while (keep < snapshots.Count - 1)
        {
            var isTooOld = maxMs >= 0 && (now - snapshots[keep].LastModified).TotalMilliseconds > maxMs;
            var isTooMuch = maxBytes >= 0 && bytes > maxBytes;
            if (!isTooOld && !isTooMuch)
                break;
            bytes -= snapshots[keep].Size;
            keep++;
        }

        return keep == 0 ? null : snapshots[keep].Id;
    }
}
