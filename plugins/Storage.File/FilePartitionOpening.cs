using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>
/// Opens a partition's directory and settles what a crash left: deletions are finished, unfinished replacements dropped, finished ones put in place.
/// </summary>
internal sealed class FilePartitionOpening(FileStoreContext context, FilePartitionStore partition, string path)
{
    private readonly Dictionary<string, FileEntry> _files = new(StringComparer.Ordinal);

    public void Run(Func<ISegment, long> nextOffsetOf)
    {
        if (!context.FileSystem.DirectoryExists(path))
        {
            context.FileSystem.CreateDirectory(path);
            return;
        }

        foreach (var entry in context.FileSystem.List(path))
        {
            if (!entry.IsDirectory)
                _files[entry.Name] = entry;
        }

        RemoveUnfinished();
        FinishSwaps(nextOffsetOf);
        AddSegments();
    }

    private void RemoveUnfinished()
    {
        var firstCleaned = long.MaxValue;
        foreach (var (_, baseOffset, _, suffix) in SegmentFiles())
        {
            if (suffix == LogFileNames.Cleaned)
                firstCleaned = Math.Min(firstCleaned, baseOffset);
        }

        // Replacements are renamed to `.swap` from the highest down, so a `.cleaned` one says that those above it were not all ready.
        foreach (var (name, baseOffset, _, suffix) in SegmentFiles())
        {
            if (suffix is LogFileNames.Deleted or LogFileNames.Cleaned || (suffix == LogFileNames.Swap && baseOffset >= firstCleaned))
                Remove(name);
        }

        foreach (var name in _files.Keys.ToList())
        {
            if (name.EndsWith(LogFileNames.Temporary, StringComparison.Ordinal) || name.EndsWith(LogFileNames.Part, StringComparison.Ordinal))
                Remove(name);
        }
    }

    private void FinishSwaps(Func<ISegment, long> nextOffsetOf)
    {
        long low = long.MaxValue, high = long.MinValue;
        foreach (var (name, baseOffset, extension, suffix) in SegmentFiles())
        {
            if (suffix != LogFileNames.Swap || extension != LogFileNames.Log)
                continue;
            low = Math.Min(low, baseOffset);
            var swap = Open(baseOffset, LogFileNames.Swap, _files[name]);
            high = Math.Max(high, nextOffsetOf(swap));
            _ = swap.CloseAsync(seal: false);
        }

        // What they replace may not have been renamed to `.deleted` yet.
        foreach (var (name, baseOffset, _, suffix) in SegmentFiles())
        {
            if (suffix.Length == 0 && baseOffset >= low && baseOffset < high)
                Remove(name);
        }

        foreach (var (name, baseOffset, extension, suffix) in SegmentFiles())
        {
            if (suffix != LogFileNames.Swap)
                continue;
            var final = LogFileNames.Of(baseOffset, extension, "");
            context.FileSystem.Move(Path.Combine(path, name), Path.Combine(path, final));
            _files[final] = _files[name] with { Name = final };
            _files.Remove(name);
            context.Logger.CompletedSwap(final, path);
        }
    }

    private void AddSegments()
    {
        var logs = SegmentFiles().Where(file => file.Extension == LogFileNames.Log).ToDictionary(file => file.BaseOffset);

        // An index without its log is left from a deletion that was interrupted.
        foreach (var (name, baseOffset, _, _) in SegmentFiles())
        {
            if (!logs.ContainsKey(baseOffset))
                Remove(name);
        }

        foreach (var (baseOffset, file) in logs.OrderBy(log => log.Key))
            partition.AddFound(Open(baseOffset, "", _files[file.Name]));
    }

    private FileSegment Open(long baseOffset, string suffix, FileEntry entry)
        => entry.Length <= int.MaxValue
            ? new(partition, baseOffset, partition.PathsOf(baseOffset, suffix), (int)entry.Length, entry.LastModified, isNew: false)
            : throw new IOException($"{entry.Name} is {entry.Length} bytes long; a segment has at most {int.MaxValue}.");

    private void Remove(string name)
    {
        context.FileSystem.DeleteFile(Path.Combine(path, name));
        _files.Remove(name);
        context.Logger.RemovedLeftover(name, path);
    }

    private List<(string Name, long BaseOffset, string Extension, string Suffix)> SegmentFiles()
    {
        var found = new List<(string, long, string, string)>();
        foreach (var name in _files.Keys)
        {
            if (LogFileNames.TryParse(name, out var baseOffset, out var extension, out var suffix))
                found.Add((name, baseOffset, extension, suffix));
        }

        return found;
    }
}
