using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>An open directory.</summary>
internal sealed class MemoryLogDirectory(MemoryDirectoryContent content) : ILogDirectory
{
    private readonly List<MemoryPartitionStore> _open = [];
    private bool _isClosed;

    public string Path => content.Path;

    public long UsableBytes => long.MaxValue;

    public long TotalBytes => long.MaxValue;

    public IBlobStore Blobs => content.Blobs;

    public TimeProvider Clock => content.Clock;

    public IReadOnlyList<string> ListPartitions()
    {
        lock (content.Partitions)
            return [.. content.Partitions.Keys.Order(StringComparer.Ordinal)];
    }

    public bool ContainsPartition(string name)
    {
        MemoryDirectoryContent.ThrowIfNotPlain(name);
        lock (content.Partitions)
            return content.Partitions.ContainsKey(name);
    }

    public IPartitionStore OpenPartition(string name, SegmentOptions options, Func<ISegment, long> nextOffsetOf)
    {
        MemoryDirectoryContent.ThrowIfNotPlain(name);
        lock (content.Partitions)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (!content.Partitions.TryGetValue(name, out var partition))
                content.Partitions[name] = partition = new(content.Clock);
            if (partition.IsOpen)
                throw new InvalidOperationException($"Partition {name} in {Path} is open already.");
            partition.IsOpen = true;
            var store = new MemoryPartitionStore(this, partition, name, options);
            _open.Add(store);
            return store;
        }
    }

    public void Flush()
    {
        // Nothing outlives the process.
    }

    public void Dispose()
    {
        MemoryPartitionStore[] open;
        lock (content.Partitions)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            open = [.. _open];
        }

        foreach (var partition in open)
            partition.Dispose();
        content.Unlock();
    }

    public void Rename(string oldName, string newName)
    {
        MemoryDirectoryContent.ThrowIfNotPlain(newName);
        lock (content.Partitions)
        {
            if (!content.Partitions.Remove(oldName, out var partition))
                return;
            if (!content.Partitions.TryAdd(newName, partition))
            {
                content.Partitions[oldName] = partition;
                throw new LogStoreException(Path, $"Cannot rename {oldName} in log directory {Path}: {newName} exists.");
            }
        }
    }

    public void Closed(MemoryPartitionStore partition, MemoryPartitionContent closed, bool isDeleted)
    {
        lock (content.Partitions)
        {
            closed.IsOpen = false;
            _open.Remove(partition);
            if (isDeleted)
                content.Partitions.Remove(partition.Name);
        }
    }
}
