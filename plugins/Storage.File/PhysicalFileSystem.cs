using System.Runtime.InteropServices;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>The operating system's files.</summary>
internal sealed class PhysicalFileSystem : IFileSystem
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public IReadOnlyList<FileEntry> List(string path)
    {
        var entries = new List<FileEntry>();
        foreach (var info in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            entries.Add(info is FileInfo file
                ? new(file.Name, false, file.Length, LastModified(file))
                : new(info.Name, true, 0, LastModified(info)));
        }

        return entries;
    }

    public FileEntry? Find(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? new(info.Name, false, info.Length, LastModified(info)) : null;
    }

    public IFile Open(string path, FileOpenMode mode)
        => new PhysicalFile(System.IO.File.OpenHandle(
            path,
            mode switch
            {
                FileOpenMode.OpenOrCreate => FileMode.OpenOrCreate,
                FileOpenMode.Create => FileMode.Create,
                _ => FileMode.Open,
            },
            mode == FileOpenMode.Read ? FileAccess.Read : FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.Asynchronous));

    public void Move(string source, string destination)
    {
        if (Directory.Exists(source))
            Directory.Move(source, destination);
        else
            System.IO.File.Move(source, destination, overwrite: true);
    }

    public void DeleteFile(string path)
    {
        try
        {
            System.IO.File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing to delete.
        }
    }

    public void DeleteDirectory(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing to delete.
        }
    }

    public void FlushDirectory(string path)
    {
        // NTFS keeps names in its journal, and its directories cannot be opened for flushing.
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = NativeMethods.Open(path, DirectoryFlags());
        if (descriptor < 0)
            throw LastError("open", path);
        try
        {
            if (NativeMethods.FSync(descriptor) != 0)
                throw LastError("fsync", path);
        }
        finally
        {
            _ = NativeMethods.Close(descriptor);
        }
    }

    public void SetLastModified(string path, DateTimeOffset time) => System.IO.File.SetLastWriteTimeUtc(path, time.UtcDateTime);

    public IDisposable? TryLock(string path)
    {
        FileStream? stream = null;
        try
        {
            // The exclusive share mode (flock) holds against this process and others of our kind, the region lock (fcntl) against
            // Apache Kafka's, which locks `.lock` through java.nio.
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (!OperatingSystem.IsMacOS())
                stream.Lock(0, 0);
            return stream;
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException) && !IsDiskFull(error))
        {
            stream?.Dispose();
            return null;
        }
    }

    public long GetUsableBytes(string path) => new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;

    public long GetTotalBytes(string path) => new DriveInfo(Path.GetFullPath(path)).TotalSize;

    public bool IsDiskFull(Exception exception) => exception.HResult is NoSpace or QuotaExceeded or WindowsDiskFull;

    private static DateTimeOffset LastModified(FileSystemInfo info) => new(info.LastWriteTimeUtc, TimeSpan.Zero);

    private static int DirectoryFlags()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        return RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm
            ? NativeMethods.OpenDirectoryArm64
            : NativeMethods.OpenReadOnlyDirectoryCloseOnExec;
    }

    private static IOException LastError(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"{call} of directory {path} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }
}
