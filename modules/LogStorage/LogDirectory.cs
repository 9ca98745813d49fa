using System.Collections.Concurrent;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

/// <summary>An open log directory: its identity, and how the broker left it.</summary>
public sealed class LogDirectory
{
    private readonly Dictionary<TopicPartition, long> _recoveryPoints;
    private readonly Dictionary<TopicPartition, long> _logStartOffsets;
    private readonly Dictionary<TopicPartition, long> _highWatermarks;
    private readonly Dictionary<TopicPartition, long> _cleanedOffsets;

    internal LogDirectory(ILogDirectory store, Action<string, CheckpointFormatException> unreadable)
    {
        Store = store;
        MetaProperties = MetaProperties.Read(store.Blobs);
        HadCleanShutdown = CleanShutdownFile.Exists(store.Blobs);
        CleanShutdownBrokerEpoch = CleanShutdownFile.ReadBrokerEpoch(store.Blobs);
        _recoveryPoints = ReadCheckpoint(OffsetCheckpoint.RecoveryPoints, unreadable);
        _logStartOffsets = ReadCheckpoint(OffsetCheckpoint.LogStartOffsets, unreadable);
        _highWatermarks = ReadCheckpoint(OffsetCheckpoint.HighWatermarks, unreadable);
        _cleanedOffsets = ReadCheckpoint(OffsetCheckpoint.CleanerOffsets, unreadable);
    }

    /// <summary>The stored directory.</summary>
    public ILogDirectory Store { get; }

    /// <summary>The path as configured.</summary>
    public string Path => Store.Path;

    /// <summary>The whole path, by which clients know the directory; not made any shorter or plainer, as Kafka's is not.</summary>
    public string AbsolutePath => System.IO.Path.IsPathRooted(Path) ? Path : System.IO.Path.Combine(Environment.CurrentDirectory, Path);

    /// <summary>The open logs in it, copies that are being filled among them, in no order; not those that a copy is just replacing.</summary>
    public IEnumerable<PartitionLog> StoredLogs => Logs.Values.Where(static log => !LogNames.IsDeleted(log.StoredName)).Concat(Futures.Values);

    /// <summary>To which cluster and node it belongs; null if it is not formatted.</summary>
    public MetaProperties? MetaProperties { get; private set; }

    /// <summary>Whether the broker ended in order the last time.</summary>
    public bool HadCleanShutdown { get; }

    /// <summary>The epoch that the broker had when it ended in order, -1 if it is not known (KIP-966).</summary>
    public long CleanShutdownBrokerEpoch { get; }

    internal ConcurrentDictionary<TopicPartition, PartitionLog> Logs { get; } = new();

    internal ConcurrentDictionary<TopicPartition, PartitionLog> Futures { get; } = new();

    /// <summary>Writes <c>meta.properties</c>.</summary>
    /// <exception cref="LogStoreException">The file could not be written.</exception>
    public void Format(MetaProperties properties)
    {
        properties.Write(Store.Blobs);
        MetaProperties = properties;
    }

    /// <summary>Deletes the marker of a clean shutdown: a crash from here on is none, even if power is lost before anything else is written.</summary>
    internal void ForgetCleanShutdown()
    {
        if (!HadCleanShutdown)
            return;
        CleanShutdownFile.Delete(Store.Blobs);
        Store.Flush();
    }

    internal long RecoveryPoint(TopicPartition partition) => _recoveryPoints.GetValueOrDefault(partition);

    internal long LogStartOffset(TopicPartition partition) => _logStartOffsets.GetValueOrDefault(partition);

    internal long HighWatermark(TopicPartition partition) => _highWatermarks.GetValueOrDefault(partition);

    internal long? CleanedOffset(TopicPartition partition)
    {
        lock (_cleanedOffsets)
            return _cleanedOffsets.TryGetValue(partition, out var offset) ? offset : null;
    }

    internal void WriteCleanedOffsets() => Write(OffsetCheckpoint.CleanerOffsets, _cleanedOffsets, static log => log.CleanedOffset);

    internal void WriteRecoveryPoints() => Write(OffsetCheckpoint.RecoveryPoints, _recoveryPoints, static log => log.RecoveryPoint);

    internal void WriteHighWatermarks() => Write(OffsetCheckpoint.HighWatermarks, _highWatermarks, static log => log.HighWatermark);

    /// <summary>Only those that a restart could not tell from the first segment's name.</summary>
    internal void WriteLogStartOffsets() => Write(
        OffsetCheckpoint.LogStartOffsets,
        _logStartOffsets,
        static log => log.LogStartOffset > log.FirstSegmentBaseOffset ? log.LogStartOffset : null);

    private void Write(string name, Dictionary<TopicPartition, long> known, Func<PartitionLog, long?> offsetOf)
    {
        lock (known)
        {
            var offsets = new Dictionary<TopicPartition, long>(Logs.Count);
            foreach (var (partition, log) in Logs)
            {
                if (offsetOf(log) is { } current)
                    offsets[partition] = current;
            }

            if (offsets.Count == known.Count && offsets.All(entry => known.TryGetValue(entry.Key, out var old) && old == entry.Value)
                && Store.Blobs.Contains(name))
            {
                return;
            }

            OffsetCheckpoint.Write(Store.Blobs, name, offsets);
            known.Clear();
            foreach (var (partition, offset) in offsets)
                known.Add(partition, offset);
        }
    }

    private Dictionary<TopicPartition, long> ReadCheckpoint(string name, Action<string, CheckpointFormatException> unreadable)
    {
        try
        {
            return OffsetCheckpoint.Read(Store.Blobs, name);
        }
        catch (CheckpointFormatException error)
        {
            unreadable(name, error);
            return [];
        }
    }
}
