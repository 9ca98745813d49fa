namespace Kafka.Modular.Spi.Storage;

/// <summary>
/// What the file store needs of an operating system, as a seam: tests and simulations put one under it that fails, fills up or loses power.
/// </summary>
/// <remarks>
/// Safe to use from any thread. Errors are <see cref="IOException"/>s and <see cref="UnauthorizedAccessException"/>s. What was written, created,
/// renamed or deleted survives a power loss only once the file, and for names the directory, has been flushed. Modification times come
/// from the injected clock.
/// </remarks>
public interface IFileSystem
{
    /// <summary>Whether a directory exists at the path.</summary>
    bool DirectoryExists(string path);

    /// <summary>Creates a directory and its missing parents.</summary>
    void CreateDirectory(string path);

    /// <summary>Files and directories in a directory, in no order.</summary>
    IReadOnlyList<FileEntry> List(string path);

    /// <summary>Facts about one file, or null where there is none.</summary>
    FileEntry? Find(string path);

    /// <summary>Opens or creates a file.</summary>
    /// <exception cref="FileNotFoundException">The mode needs the file and it is not there.</exception>
    IFile Open(string path, FileOpenMode mode);

    /// <summary>Renames a file or a directory, replacing a file that has the new name.</summary>
    void Move(string source, string destination);

    /// <summary>Deletes a file; nothing happens where there is none. Handles that are open stay usable.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a directory with everything in it; nothing happens where there is none.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    void FlushDirectory(string path);

    /// <summary>Sets the modification time of a file.</summary>
    void SetLastModified(string path, DateTimeOffset time);

    /// <summary>Locks a file against other processes and other users in this one; null where somebody else has it.</summary>
    IDisposable? TryLock(string path);

    /// <summary>Bytes that can still be written to the volume of a path.</summary>
    long GetUsableBytes(string path);

    /// <summary>Size in bytes of the volume of a path.</summary>
    long GetTotalBytes(string path);

    /// <summary>Whether an error means that the volume is full.</summary>
    bool IsDiskFull(Exception exception);
}
