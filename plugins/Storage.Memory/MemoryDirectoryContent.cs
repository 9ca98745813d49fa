using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>What a directory holds, whether it is open or not.</summary>
internal sealed class MemoryDirectoryContent(string path, TimeProvider clock)
{
    private int _isLocked;

    public string Path { get; } = path;

    public TimeProvider Clock { get; } = clock;

    public MemoryBlobStore Blobs { get; } = new(clock);

    /// <summary>Partitions by name; locked on itself.</summary>
    public Dictionary<string, MemoryPartitionContent> Partitions { get; } = new(StringComparer.Ordinal);

    public bool TryLock() => Interlocked.Exchange(ref _isLocked, 1) == 0;

    public void Unlock() => Volatile.Write(ref _isLocked, 0);

    public static void ThrowIfNotPlain(string name)
    {
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
            throw new ArgumentException($"'{name}' is not a plain name.", nameof(name));
    }
}
