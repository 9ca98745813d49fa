using System.Collections.Immutable;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>A partition's directory.</summary>
internal sealed class FilePartitionStore : IPartitionStore
{
    private readonly FileLogDirectory _directory;
    private readonly PartitionPath _path;
    private readonly Lock _lock = new();
    private readonly Lock _flushingNames = new();
    private readonly List<FileSegment> _replacements = [];
    private readonly Dictionary<long, FileSegment> _deleted = [];
    private ImmutableArray<ISegment> _segments = [];
    private int _namesChanged = 1;
    private int _isClosed;

    public FilePartitionStore(FileLogDirectory directory, string name, SegmentOptions options)
    {
        (_directory, Context, Name, Options) = (directory, directory.Context, name, options);
        _path = new(Path.Combine(directory.Path, name));
        Blobs = new FileBlobStore(Context, _path, NamesChanged);
    }

    public FileStoreContext Context { get; }

    public string Name { get; private set; }

    public ILogDirectory Directory => _directory;

    public IBlobStore Blobs { get; }

    public SegmentOptions Options { get; set; }

    public IReadOnlyList<ISegment> Segments => _segments;

    public ISegment CreateSegment(long baseOffset)
    {
        var segment = Create(baseOffset, "");
        lock (_lock)
            _segments = _segments.Add(segment);
        return segment;
    }

    public ISegment CreateReplacement(long baseOffset)
    {
        var segment = Create(baseOffset, LogFileNames.Cleaned);
        lock (_lock)
            _replacements.Add(segment);
        return segment;
    }

    public void ReplaceSegments(IReadOnlyList<ISegment> replacements, IReadOnlyList<ISegment> replaced)
    {
        var replacing = replacements.Cast<FileSegment>().OrderBy(segment => segment.BaseOffset).ToList();
        foreach (var segment in replacing)
        {
            segment.Seal();
            segment.Flush();
        }

        PrepareSwap(replacing);
        foreach (var segment in replaced)
            segment.MarkDeleted();

        // From the lowest up: those that remain `.swap` after a crash are above those in place, and what stands in their range goes.
        foreach (var segment in replacing)
            segment.Rename("");
        lock (_lock)
        {
            _segments = [.. _segments.Concat(replacing).OrderBy(segment => segment.BaseOffset)];
            _replacements.RemoveAll(replacing.Contains);
        }

        FlushDirectory();
    }

    public void Rename(string newName)
    {
        FileBlobStore.ThrowIfNotPlain(newName);
        Context.Run("rename", _path.Value, () =>
        {
            lock (_path.RenameLock)
            {
                var target = Path.Combine(_directory.Path, newName);
                Context.FileSystem.Move(_path.Value, target);
                _path.Value = target;
            }
        });
        _directory.Renamed(this, Name, newName);
        Name = newName;
        NamesChanged();
        _directory.NamesChanged();
    }

    public void Flush() => FlushNames();

    public async ValueTask DeleteAsync(CancellationToken cancellationToken)
    {
        var deletion = DeleteCoreAsync();
        await deletion.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        foreach (var segment in All())
            _ = segment.CloseAsync(seal: true);
        _directory.Closed(this);
    }

    /// <summary>Adds a segment that was found at opening.</summary>
    public void AddFound(FileSegment segment) => _segments = _segments.Add(segment);

    /// <summary>Makes paths for a segment of this partition.</summary>
    public SegmentPaths PathsOf(long baseOffset, string suffix) => new(Context.FileSystem, _path, baseOffset, suffix);

    /// <summary>A segment left the log.</summary>
    public void Removed(FileSegment segment)
    {
        lock (_lock)
        {
            _segments = _segments.Remove(segment);
            _replacements.Remove(segment);
        }

        NamesChanged();
    }

    /// <summary>A segment is about to be renamed to <c>.deleted</c>: one that has those names already, after the last replacement, loses them.</summary>
    public void Deleting(FileSegment segment)
    {
        FileSegment? earlier;
        lock (_lock)
        {
            _deleted.TryGetValue(segment.BaseOffset, out earlier);
            _deleted[segment.BaseOffset] = segment;
        }

        if (earlier != segment)
            earlier?.Displace();
    }

    /// <summary>The files of a segment are gone.</summary>
    public void Deleted(FileSegment segment)
    {
        lock (_lock)
        {
            if (_deleted.TryGetValue(segment.BaseOffset, out var known) && known == segment)
                _deleted.Remove(segment.BaseOffset);
        }

        NamesChanged();
    }

    /// <summary>A name was created, changed or deleted; the next flush makes it durable.</summary>
    public void NamesChanged() => Volatile.Write(ref _namesChanged, 1);

    /// <summary>Makes the names in the directory, and the directory's own, durable where any changed.</summary>
    public void FlushNames()
    {
        // Who finds nothing changed relies on the names being durable: the flush of another thread must be over by then.
        lock (_flushingNames)
        {
            if (Interlocked.Exchange(ref _namesChanged, 0) == 0)
                return;
            try
            {
                FlushDirectory();
                _directory.FlushIfChanged();
            }
            catch
            {
                NamesChanged();
                throw;
            }
        }
    }

    private FileSegment Create(long baseOffset, string suffix)
        => Context.Run("create a segment in", _path.Value, () =>
        {
            var paths = PathsOf(baseOffset, suffix);
            Context.FileSystem.DeleteFile(paths.Of(LogFileNames.TransactionIndex));
            foreach (var extension in (ReadOnlySpan<string>)[LogFileNames.OffsetIndex, LogFileNames.TimeIndex, LogFileNames.Log])
                Context.FileSystem.Open(paths.Of(extension), FileOpenMode.Create).Dispose();
            NamesChanged();
            var segment = new FileSegment(this, baseOffset, paths, 0, Context.Clock.GetUtcNow(), isNew: true);
            segment.Preallocate(Options.PreallocateBytes);
            return segment;
        });

    private void PrepareSwap(List<FileSegment> replacing)
    {
        try
        {
            // From the highest base offset down: a restart that finds `.cleaned` files drops every `.swap` at or above them, so that either all
            // replacements count or none does.
            for (var i = replacing.Count - 1; i >= 0; i--)
                replacing[i].Rename(LogFileNames.Swap);
            FlushDirectory();
        }
        catch
        {
            // A `.swap` that stays while the log goes on would take the place of what comes later.
            foreach (var segment in replacing)
                segment.Rename(LogFileNames.Cleaned);
            throw;
        }
    }

    private void FlushDirectory()
        => Context.Run("flush", _path.Value, () => Context.FileSystem.FlushDirectory(_path.Value));

    private async Task DeleteCoreAsync()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        foreach (var segment in All())
            await segment.CloseAsync(seal: false);
        try
        {
            Context.Run("delete", _path.Value, () => Context.FileSystem.DeleteDirectory(_path.Value));
        }
        catch (LogStoreException error)
        {
            Context.Logger.DeletingFailed(error, _path.Value);
            throw;
        }
        finally
        {
            _directory.Closed(this);
            _directory.NamesChanged();
        }
    }

    private List<FileSegment> All()
    {
        lock (_lock)
            return [.. _segments.Cast<FileSegment>(), .. _replacements];
    }
}
