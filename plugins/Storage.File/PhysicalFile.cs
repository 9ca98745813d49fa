using Kafka.Modular.Spi.Storage;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Storage.File;

/// <summary>An open file of the operating system, read and written with pread and pwrite.</summary>
internal sealed class PhysicalFile(SafeFileHandle handle) : IFile
{
    public SafeFileHandle Handle { get; } = handle;

    public long Length => RandomAccess.GetLength(Handle);

    public void SetLength(long length) => RandomAccess.SetLength(Handle, length);

    public int Read(long position, Span<byte> destination)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var read = RandomAccess.Read(Handle, destination[total..], position + total);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }

    public void Write(long position, ReadOnlySpan<byte> source) => RandomAccess.Write(Handle, source, position);

    public void Preallocate(long length)
    {
        // Best effort: file systems that cannot (EOPNOTSUPP) or have no room say so, and appending will tell.
        if (OperatingSystem.IsLinux())
            _ = NativeMethods.FAllocate(Handle, NativeMethods.KeepSize, 0, length);
    }

    public void Flush() => RandomAccess.FlushToDisk(Handle);

    public void Dispose() => Handle.Dispose();
}
