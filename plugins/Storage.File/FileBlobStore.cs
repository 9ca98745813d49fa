using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>Small files of a directory.</summary>
internal sealed class FileBlobStore(FileStoreContext context, PartitionPath directory, Action namesChanged) : IBlobStore
{
    public static void ThrowIfNotPlain(string name)
    {
        if (!LogFileNames.IsPlain(name))
            throw new ArgumentException($"'{name}' is not a plain name.", nameof(name));
    }

    public IReadOnlyList<string> List()
        => context.Run("list", directory.Value, () =>
        {
            var names = new List<string>();
            foreach (var entry in context.FileSystem.List(directory.Value))
            {
                if (!entry.IsDirectory && IsBlob(entry.Name))
                    names.Add(entry.Name);
            }

            names.Sort(StringComparer.Ordinal);
            return names;
        });

    public bool Contains(string name) => Find(name) is not null;

    public DateTimeOffset? GetLastModified(string name) => Find(name)?.LastModified;

    public long GetLength(string name) => Find(name)?.Length ?? -1;

    public byte[]? Read(string name)
    {
        var path = PathOf(name);
        return context.Run("read", path, () =>
        {
            if (TryOpen(path) is not { } file)
                return null;
            using (file)
            {
                var content = new byte[file.Length];
                return file.Read(0, content) == content.Length ? content : throw new EndOfStreamException($"{path} became shorter while it was read.");
            }
        });
    }

    public void Put(string name, ReadOnlySpan<byte> content, bool durable)
    {
        var path = PathOf(name);
        var temporary = path + LogFileNames.Temporary;
        try
        {
            using (var file = context.FileSystem.Open(temporary, FileOpenMode.Create))
            {
                file.Write(0, content);
                if (durable)
                    file.Flush();
            }

            Publish(temporary, path, durable);
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw context.Error("write", path, error);
        }
    }

    public void Flush(string name)
    {
        var path = PathOf(name);
        context.Run("flush", path, () =>
        {
            if (context.FileSystem.Find(path) is null)
                return;
            using (var file = context.FileSystem.Open(path, FileOpenMode.ReadWrite))
                file.Flush();
            context.FileSystem.FlushDirectory(directory.Value);
        });
    }

    public bool Delete(string name)
    {
        if (!Contains(name))
            return false;
        var path = PathOf(name);
        context.Run("delete", path, () => context.FileSystem.DeleteFile(path));
        namesChanged();
        return true;
    }

    public ILogLease? Lease(string name, long position, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var path = PathOf(name);
        return context.Run("read", path, () => TryOpen(path) is { } file
            ? new FileLease(file, position, (int)Math.Clamp(file.Length - position, 0, length), gate: null, default)
            : null);
    }

    public IBlobWriter OpenWriter(string name)
    {
        var path = PathOf(name);
        return context.Run("write", path, () => new FileBlobWriter(context, this, path));
    }

    /// <summary>Gives a complete file its name.</summary>
    public void Publish(string temporary, string path, bool durable)
    {
        if (context.StampsTimes)
            context.FileSystem.SetLastModified(temporary, context.Clock.GetUtcNow());
        context.FileSystem.Move(temporary, path);
        if (durable)
            context.FileSystem.FlushDirectory(directory.Value);
        else
            namesChanged();
    }

    private static bool IsBlob(string name)
        => name != LogFileNames.Lock
            && !LogFileNames.IsSegmentFile(name)
            && !name.EndsWith(LogFileNames.Temporary, StringComparison.Ordinal)
            && !name.EndsWith(LogFileNames.Part, StringComparison.Ordinal);

    private string PathOf(string name)
    {
        ThrowIfNotPlain(name);
        if (!IsBlob(name))
            throw new ArgumentException($"'{name}' is the name of a segment's file or a temporary one.", nameof(name));
        return Path.Combine(directory.Value, name);
    }

    private FileEntry? Find(string name)
    {
        var path = PathOf(name);
        return context.Run("find", path, () => context.FileSystem.Find(path));
    }

    private IFile? TryOpen(string path)
    {
        try
        {
            return context.FileSystem.Open(path, FileOpenMode.Read);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
