using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Spi.Storage;

/// <summary>An open file. Reads and writes name their position and are safe beside each other; errors are <see cref="IOException"/>s.</summary>
public interface IFile : IDisposable
{
    /// <summary>The operating system's handle, or null where there is none behind it.</summary>
    SafeFileHandle? Handle { get; }

    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    /// <summary>Reads until the buffer is full or the file ends; returns how many bytes.</summary>
    int Read(long position, Span<byte> destination);

    /// <summary>Writes all bytes.</summary>
    void Write(long position, ReadOnlySpan<byte> source);

    /// <summary>Asks for room ahead without changing the length, best effort.</summary>
    void Preallocate(long length);

    /// <summary>Makes content and length durable.</summary>
    void Flush();
}
