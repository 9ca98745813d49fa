using Kafka.Modular.Spi.Storage;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>A region of a log that is only readable.</summary>
internal sealed class TestLease(int length = 1000) : ILogLease
{
    private int _disposals;

    public Action? OnDispose { get; init; }

    public int Disposals => Volatile.Read(ref _disposals);

    public int Length => length;

    public SafeFileHandle? FileHandle => null;

    public long FilePosition => 0;

    public bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    public int Read(int offset, Span<byte> destination)
    {
        var count = Math.Min(destination.Length, length - offset);
        destination[..count].Fill(7);
        return count;
    }

    public void Dispose()
    {
        OnDispose?.Invoke();
        Interlocked.Increment(ref _disposals);
    }
}
