using System.Buffers;
using Kafka.Modular.Spi.Storage;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Storage.Memory;

/// <summary>A lease on memory: of a block itself, or of a rented copy where the bytes lie in several blocks.</summary>
internal sealed class MemoryLease(ReadOnlyMemory<byte> memory, byte[]? rented, LeaseGate? gate, LeaseGate.Ticket ticket) : ILogLease
{
    private int _disposed;

    public int Length { get; } = memory.Length;

    public SafeFileHandle? FileHandle => null;

    public long FilePosition => 0;

    bool ILogLease.TryGetMemory(out ReadOnlyMemory<byte> bytes)
    {
        bytes = memory;
        return true;
    }

    public int Read(int offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var length = Math.Clamp(Length - offset, 0, destination.Length);
        if (length > 0)
            memory.Span.Slice(offset, length).CopyTo(destination);
        return length;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        gate?.Exit(ticket);
    }
}
