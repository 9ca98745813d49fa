using Kafka.Modular.Spi.Storage;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Core.Tests;

/// <summary>A region whose bytes are in memory, in a file, or only readable.</summary>
internal sealed class TestLease(byte[] bytes, bool givesMemory = false, SafeFileHandle? file = null, long filePosition = 0) : ILogLease
{
    public int Disposals { get; private set; }

    public int Reads { get; private set; }

    public int ReadLimit { get; init; } = int.MaxValue;

    public int Length => bytes.Length;

    public SafeFileHandle? FileHandle => file;

    public long FilePosition => filePosition;

    public bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = givesMemory ? bytes : default;
        return givesMemory;
    }

    public int Read(int offset, Span<byte> destination)
    {
        Reads++;
        var count = Math.Min(ReadLimit, Math.Min(destination.Length, bytes.Length - offset));
        if (file is not null)
        {
            return RandomAccess.Read(file, destination[..count], filePosition + offset);
        }

        bytes.AsSpan(offset, count).CopyTo(destination);
        return count;
    }

    public void Dispose() => Disposals++;
}
