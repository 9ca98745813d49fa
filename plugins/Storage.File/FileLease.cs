using Kafka.Modular.Spi.Storage;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Storage.File;

/// <summary>A lease on a stretch of an open file; ends by a callback to whoever counts it.</summary>
internal sealed class FileLease(IFile file, long position, int length, LeaseGate? gate, LeaseGate.Ticket ticket) : ILogLease
{
    private int _disposed;

    public int Length { get; } = length;

    public SafeFileHandle? FileHandle => file.Handle;

    public long FilePosition { get; } = position;

    public bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return Length == 0;
    }

    public int Read(int offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var wanted = Math.Min(destination.Length, Length - offset);
        return wanted <= 0 ? 0 : file.Read(FilePosition + offset, destination[..wanted]);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // A blob's lease owns its file; a segment's file is the segment's.
        if (gate is null)
            file.Dispose();
        else
            gate.Exit(ticket);
    }
}
