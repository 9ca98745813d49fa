using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>
/// Where a segment's files are at present. A rename of the segment or of its partition may come between asking for a path and using it, so
/// files are opened through here.
/// </summary>
internal sealed class SegmentPaths(IFileSystem fileSystem, PartitionPath partition, long baseOffset, string suffix)
{
    private static readonly string[] s_extensions =
        [LogFileNames.Log, LogFileNames.OffsetIndex, LogFileNames.TimeIndex, LogFileNames.TransactionIndex];

    private volatile string _suffix = suffix;

    public IFileSystem FileSystem { get; } = fileSystem;

    public string Suffix => _suffix;

    public string Of(string extension) => Of(extension, _suffix);

    public string Of(string extension, string suffix) => Path.Combine(partition.Value, LogFileNames.Of(baseOffset, extension, suffix));

    /// <summary>Opens one of the files, following a rename that happens meanwhile.</summary>
    public IFile Open(string extension, FileOpenMode mode)
    {
        while (true)
        {
            var path = Of(extension);
            try
            {
                return FileSystem.Open(path, mode);
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                lock (partition.RenameLock)
                {
                    if (path == Of(extension))
                        throw;
                }
            }
        }
    }

    /// <summary>
    /// Renames all files that are there, the log first: from then on a restart takes the segment for what its new name says, and settles
    /// the names of its indexes.
    /// </summary>
    public void Rename(string suffix)
    {
        lock (partition.RenameLock)
        {
            foreach (var extension in s_extensions)
            {
                var path = Of(extension);
                if (FileSystem.Find(path) is not null)
                    FileSystem.Move(path, Of(extension, suffix));
            }

            _suffix = suffix;
        }
    }

    /// <summary>Deletes all files that are there.</summary>
    public void Delete()
    {
        lock (partition.RenameLock)
        {
            foreach (var extension in s_extensions)
                FileSystem.DeleteFile(Of(extension));
        }
    }
}
