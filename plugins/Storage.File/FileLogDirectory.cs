using System.Collections.Concurrent;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>One of the directories of <c>log.dirs</c>.</summary>
internal sealed class FileLogDirectory : ILogDirectory
{
    private readonly ConcurrentDictionary<string, FilePartitionStore> _open = new(StringComparer.Ordinal);
    private readonly IDisposable _lock;
    private readonly Lock _flushing = new();
    private int _namesChanged;
    private int _isClosed;

    public FileLogDirectory(FileStoreContext context, IDisposable @lock)
    {
        (Context, _lock) = (context, @lock);
        Blobs = new FileBlobStore(context, new(context.Directory), NamesChanged);
    }

    public FileStoreContext Context { get; }

    public string Path => Context.Directory;

    public long UsableBytes => Context.Run("measure", Path, () => Context.FileSystem.GetUsableBytes(Path));

    public long TotalBytes => Context.Run("measure", Path, () => Context.FileSystem.GetTotalBytes(Path));

    public IBlobStore Blobs { get; }

    public IReadOnlyList<string> ListPartitions()
        => Context.Run("list", Path, () =>
        {
            var names = new List<string>();
            foreach (var entry in Context.FileSystem.List(Path))
            {
                if (entry.IsDirectory && entry.Name != "lost+found")
                    names.Add(entry.Name);
            }

            names.Sort(StringComparer.Ordinal);
            return names;
        });

    public bool ContainsPartition(string name)
    {
        FileBlobStore.ThrowIfNotPlain(name);
        return Context.FileSystem.DirectoryExists(PathOf(name));
    }

    public IPartitionStore OpenPartition(string name, SegmentOptions options, Func<ISegment, long> nextOffsetOf)
    {
        FileBlobStore.ThrowIfNotPlain(name);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, this);
        var partition = new FilePartitionStore(this, name, options);
        if (!_open.TryAdd(name, partition))
            throw new InvalidOperationException($"Partition {name} in {Path} is open already.");
        try
        {
            Context.Run("open", PathOf(name), () => new FilePartitionOpening(Context, partition, PathOf(name)).Run(nextOffsetOf));
            NamesChanged();
            return partition;
        }
        catch
        {
            _open.TryRemove(name, out _);
            throw;
        }
    }

    public void Flush()
    {
        lock (_flushing)
        {
            Interlocked.Exchange(ref _namesChanged, 0);
            try
            {
                Context.Run("flush", Path, () => Context.FileSystem.FlushDirectory(Path));
            }
            catch
            {
                NamesChanged();
                throw;
            }
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        foreach (var partition in _open.Values)
            partition.Dispose();
        _lock.Dispose();
    }

    /// <summary>A name was created, changed or deleted; the next flush makes it durable.</summary>
    public void NamesChanged() => Volatile.Write(ref _namesChanged, 1);

    public void FlushIfChanged()
    {
        // Under the lock: who finds nothing changed relies on the flush of another thread being over.
        lock (_flushing)
        {
            if (Volatile.Read(ref _namesChanged) != 0)
                Flush();
        }
    }

    public void Renamed(FilePartitionStore partition, string oldName, string newName)
    {
        _open.TryRemove(new(oldName, partition));
        _open[newName] = partition;
    }

    public void Closed(FilePartitionStore partition) => _open.TryRemove(new(partition.Name, partition));

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
