using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Spi.Storage;

/// <summary>
/// A stretch of a segment's bytes that stays readable until it is disposed: truncation and deletion of the segment wait for it.
/// </summary>
/// <remarks>
/// Either the bytes are in memory (<see cref="TryGetMemory"/> succeeds) or they are in a file
/// (<see cref="FileHandle"/> is not null). Safe to use from any thread; disposed once, by whoever sends it.
/// </remarks>
public interface ILogLease : IDisposable
{
    /// <summary>Length in bytes.</summary>
    int Length { get; }

    /// <summary>The file that holds the bytes, opened for asynchronous reads, or null when they are in memory.</summary>
    SafeFileHandle? FileHandle { get; }

    /// <summary>Position in bytes of the first byte within <see cref="FileHandle"/>.</summary>
    long FilePosition { get; }

    /// <summary>Gives the bytes as one piece of memory, if the store holds them that way.</summary>
    bool TryGetMemory(out ReadOnlyMemory<byte> memory);

    /// <summary>Copies bytes that begin <paramref name="offset"/> bytes into the lease; returns how many were copied.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    int Read(int offset, Span<byte> destination);
}
